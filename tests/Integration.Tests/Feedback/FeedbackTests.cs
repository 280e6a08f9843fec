using System.Net;
using System.Security.Cryptography;
using Chatalot.Integration.Tests.Administration;
using Chatalot.Integration.Tests.Infrastructure;

namespace Chatalot.Integration.Tests.Feedback;

public sealed class FeedbackTests
{
    private static readonly byte[] Png = [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, 1, 2, 3];

    [Fact]
    public async Task Given_no_tracker_When_feedback_is_sent_Then_operators_read_it_here()
    {
        await using var server = await TestServer.StartAsync();
        var (_, ada, bob) = await AccountTests.PeopleAsync(server);

        var sent = await bob.PostAsync("/feedback", Form(" Boat sinks ", "It leaks.", "bug", Png));

        sent.Json.GetProperty("success").GetBoolean().ShouldBeTrue();
        sent.Json.GetProperty("issue_number").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        var kept = (await ada.GetAsync("/admin/feedback")).Json.GetProperty("feedback")[0];
        kept.GetProperty("title").GetString().ShouldBe("Boat sinks");
        kept.GetProperty("has_screenshot").GetBoolean().ShouldBeTrue();
        (await ada.GetAsync($"/admin/feedback/{kept.GetProperty("id").GetGuid()}/screenshot")).Status.ShouldBe(200);
        (await bob.GetAsync("/admin/feedback")).ShouldFail(403, "forbidden");
    }

    [Fact]
    public async Task Given_wrong_forms_Then_each_is_told_why_and_nothing_is_kept()
    {
        await using var server = await TestServer.StartAsync();
        var (_, _, bob) = await AccountTests.PeopleAsync(server);

        (await bob.PostAsync("/feedback", Form(" ", "d", "bug"))).ShouldFail(400, "title must be 1-200 characters");
        (await bob.PostAsync("/feedback", Form("t", "", "bug"))).ShouldFail(
            400,
            "description must be 1-5000 characters"
        );
        (await bob.PostAsync("/feedback", Form("t", "d", "praise"))).ShouldFail(
            400,
            "category must be one of: bug, feature, ui, other"
        );
        (await bob.PostAsync("/feedback", Form("t", "d", "ui", "<svg>"u8.ToArray()))).ShouldFail(
            400,
            "screenshot must be a PNG, JPEG or WebP picture"
        );
        (await bob.PostAsync("/feedback", new { title = "t" })).Status.ShouldBe(415);
        (await server.QueryAsync<long>("select count(*) from feedback")).ShouldBe(0);
    }

    [Fact]
    public async Task Given_twelve_at_once_Then_ten_are_kept_today()
    {
        await using var server = await TestServer.StartAsync();
        var (_, _, bob) = await AccountTests.PeopleAsync(server);

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 12).Select(n => bob.PostAsync("/feedback", Form($"t{n}", "d", "other")))
        );

        answers.Count(answer => answer.Status == 200).ShouldBe(10);
        answers.Count(answer => answer.Status == 429).ShouldBe(2);
    }

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

    [Fact]
    public async Task Given_an_operators_text_Then_it_is_served_without_html_and_read_again_when_it_changes()
    {
        await using var server = await TestServer.StartAsync();
        var built = await GetAsync(server, "privacy");
        built.GetProperty("title").GetString().ShouldBe("Privacy Policy");
        built.GetProperty("body").GetString()!.ShouldContain("this Chatalot instance");

        var path = Path.Combine(server.Folder, "privacy-policy.md");
        await File.WriteAllTextAsync(path, "# Ours\n<script>alert(1)</script>We keep < 3 things.");
        (await GetAsync(server, "privacy"))
            .GetProperty("body")
            .GetString()
            .ShouldBe("# Ours\nalert(1)We keep &lt; 3 things.");
        await File.WriteAllTextAsync(path, "  ");
        File.SetLastWriteTimeUtc(path, new DateTime(2031, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        (await GetAsync(server, "privacy")).GetProperty("body").GetString()!.ShouldContain("# Privacy Policy");
        (await GetAsync(server, "terms")).GetProperty("title").GetString().ShouldBe("Terms of Service");
    }

    private static async Task<System.Text.Json.JsonElement> GetAsync(TestServer server, string page) =>
        System.Text.Json.JsonElement.Parse(await server.Http.GetStringAsync($"/api/legal/{page}"));

    private static object Subscription(string endpoint)
    {
        using var key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return new
        {
            endpoint,
            p256dh_key = System.Buffers.Text.Base64Url.EncodeToString([4, .. point.X!, .. point.Y!]),
            auth_key = System.Buffers.Text.Base64Url.EncodeToString(new byte[16]),
        };
    }

    private static MultipartFormDataContent Form(string title, string text, string category, byte[]? picture = null)
    {
        var form = new MultipartFormDataContent
        {
            { new StringContent(title), "title" },
            { new StringContent(text), "description" },
            { new StringContent(category), "category" },
        };
        if (picture is not null)
            form.Add(new ByteArrayContent(picture), "screenshot", "shot.png");
        return form;
    }
}
