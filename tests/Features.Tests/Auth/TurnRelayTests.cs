using Chatalot.Features.Auth;

namespace Chatalot.Features.Tests.Auth;

public sealed class TurnRelayTests
{
    private static readonly Guid User = Guid.Parse("0190c3f2-7a11-7c5e-9b0a-52d1b8f0aa01");
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_767_225_600);

    [Fact]
    public void Credentials_carry_their_expiry_and_their_user_and_hold_under_the_secret_alone()
    {
        var relay = new TurnRelay(["turn:relay.example:3478?transport=udp"], "a shared secret", TimeSpan.FromHours(1));

        var server = relay.ServerFor(User, Now);

        server.Urls.EnumerateArray().Single().GetString().ShouldBe("turn:relay.example:3478?transport=udp");
        server.Username.ShouldBe("1767229200:0190c3f2-7a11-7c5e-9b0a-52d1b8f0aa01");
        // printf %s "$username" | openssl dgst -sha1 -hmac "a shared secret" -binary | base64
        server.Credential.ShouldBe("N/rIcEpeaKC/xh2gBq1pYNh7qLI=");
        var other = new TurnRelay(["turn:relay.example"], "another secret", TimeSpan.FromHours(1));
        other.ServerFor(User, Now).Credential.ShouldNotBe(server.Credential);
        relay.ToString().ShouldNotContain("secret");
    }
}
