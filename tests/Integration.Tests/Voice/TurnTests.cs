using System.Globalization;
using System.Text.Json;
using Chatalot.Features.Auth;
using Chatalot.Integration.Tests.Infrastructure;

namespace Chatalot.Integration.Tests.Voice;

public sealed class TurnTests
{
    private const string Secret = "a secret between two servers";

    [Fact]
    public async Task Given_a_relay_When_the_configuration_is_asked_for_Then_only_the_signed_in_get_credentials_of_their_own()
    {
        await using var server = await StartAsync("turn:relay.example:3478");
        var ada = await server.AddPersonAsync("ada");

        var anonymous = JsonElement.Parse(await server.Http.GetStringAsync("/api/auth/config"));
        var relay = await RelayForAsync(ada);

        anonymous.GetProperty("ice_servers").GetArrayLength().ShouldBe(1, "the public one");
        relay.GetProperty("urls")[0].GetString().ShouldBe("turn:relay.example:3478");
        var username = relay.GetProperty("username").GetString()!.Split(':');
        username[1].ShouldBe($"{ada.Id}");
        var expiry = DateTimeOffset.FromUnixTimeSeconds(long.Parse(username[0], CultureInfo.InvariantCulture));
        (expiry - DateTimeOffset.UtcNow).ShouldBeInRange(TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(10.1));
    }

    [CoturnFact]
    public async Task Given_coturn_When_credentials_are_ours_and_fresh_Then_it_allocates_and_otherwise_not()
    {
        await using var coturn = await Coturn.StartAsync(Secret);
        await using var server = await StartAsync(coturn.Url);
        var ada = await server.AddPersonAsync("ada");
        var relay = await RelayForAsync(ada);
        var (username, credential) = (
            relay.GetProperty("username").GetString()!,
            relay.GetProperty("credential").GetString()!
        );

        (await StunAllocation.AllocateAsync(coturn.Address, username, credential)).ShouldBe(0);

        var later = username.Replace(username.Split(':')[0], "9999999999", StringComparison.Ordinal);
        (await StunAllocation.AllocateAsync(coturn.Address, later, credential)).ShouldBe(
            401,
            "a longer life was forged"
        );
        var forged = new TurnRelay(["turn:x"], "a guess", TimeSpan.FromHours(1)).ServerFor(
            ada.Id,
            DateTimeOffset.UtcNow
        );
        (await StunAllocation.AllocateAsync(coturn.Address, forged.Username!, forged.Credential!)).ShouldBe(401);
        var expired = new TurnRelay(["turn:x"], Secret, TimeSpan.FromHours(1)).ServerFor(
            ada.Id,
            DateTimeOffset.UtcNow.AddHours(-2)
        );
        (await StunAllocation.AllocateAsync(coturn.Address, expired.Username!, expired.Credential!)).ShouldBe(401);
    }

    private static Task<TestServer> StartAsync(string url) =>
        TestServer.StartAsync(
            new()
            {
                ["ICE_SERVERS"] = """[{"urls":"stun:stun.example"}]""",
                ["TURN_URLS"] = url,
                ["TURN_SECRET"] = Secret,
                ["TURN_LIFETIME_SECONDS"] = "600",
            }
        );

    private static async Task<JsonElement> RelayForAsync(Person person) =>
        (await person.GetAsync("/auth/config")).Json.GetProperty("ice_servers").EnumerateArray().Last();
}
