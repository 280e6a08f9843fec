using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using Chatalot.Integration.Tests.Administration;
using Chatalot.Integration.Tests.Infrastructure;

namespace Chatalot.Integration.Tests.Push;

public sealed class PushSubscriptionTests
{
    [Fact]
    public async Task Given_push_subscriptions_Then_a_browser_belongs_to_the_last_who_subscribed_and_goes_with_the_login()
    {
        await using var server = await TestServer.StartAsync();
        var (_, ada, bob) = await AccountTests.PeopleAsync(server);
        var body = Subscription("https://push.example.org/abc");

        (await bob.GetAsync("/push/vapid-key")).Status.ShouldBe(404);
        (await bob.PostAsync("/push/subscribe", body)).Status.ShouldBe((int)HttpStatusCode.NoContent);
        (await ada.PostAsync("/push/subscribe", body)).Status.ShouldBe((int)HttpStatusCode.NoContent);
        (await server.QueryAsync<Guid>("select user_id from push_subscriptions")).ShouldBe(ada.Id);
        (await bob.PostAsync("/push/unsubscribe", new { endpoint = "https://push.example.org/abc" })).Status.ShouldBe(
            204
        );
        (await server.QueryAsync<long>("select count(*) from push_subscriptions")).ShouldBe(1);
        (await ada.PostAsync("/account/logout-all")).Status.ShouldBe(200);
        (await server.QueryAsync<long>("select count(*) from push_subscriptions")).ShouldBe(0);
        foreach (
            var endpoint in new[]
            {
                "http://push.example.org/a",
                "https://127.0.0.1/a",
                "https://push.example.org:8443/a",
            }
        )
            (await bob.PostAsync("/push/subscribe", Subscription(endpoint))).ShouldFail(400, "Endpoint must use HTTPS");
        (
            await bob.PostAsync(
                "/push/subscribe",
                new
                {
                    endpoint = "https://p.example/a",
                    p256dh_key = "",
                    auth_key = "x",
                }
            )
        ).ShouldFail(400, "Missing encryption keys");
    }

    private static object Subscription(string endpoint)
    {
        using var key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return new
        {
            endpoint,
            p256dh_key = Base64Url.EncodeToString([4, .. point.X!, .. point.Y!]),
            auth_key = Base64Url.EncodeToString(new byte[16]),
        };
    }
}
