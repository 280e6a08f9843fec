using System.Net.Http.Headers;
using System.Text.Json;
using Chatalot.Features.Spaces;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Shared.Logging;

namespace Chatalot.Integration.Tests.Operations;

public sealed class LogRouteTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("chatalot-logs-").FullName;
    private ObservedServer observed = null!;
    private Person admin = null!;

    public async Task InitializeAsync()
    {
        observed = await ObservedServer.StartAsync(
            "debug",
            files: new LogFileOptions(folder, 10_000_000, TimeSpan.FromDays(1))
        );
        admin = await observed.Server.AddPersonAsync("admin", InstanceRole.Admin);
    }

    public async Task DisposeAsync()
    {
        await observed.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("/admin/logs")]
    [InlineData("/admin/logs/tail")]
    [InlineData("/admin/log-level")]
    [InlineData("/admin/status")]
    [InlineData("/admin/slow-queries")]
    public async Task Given_somebody_who_is_no_admin_Then_403_and_without_a_token_401(string path)
    {
        var guest = await observed.Server.AddPersonAsync("guest");

        (await guest.GetAsync(path)).Status.ShouldBe(403);
        (await observed.Server.Http.GetAsync("/api" + path)).StatusCode.ShouldBe(
            System.Net.HttpStatusCode.Unauthorized
        );
    }

    [Fact]
    public async Task Given_a_users_report_with_a_request_id_Then_its_lines_are_found_with_caller_and_trace()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/admin/log-level");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", admin.Token);
        request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        using var answer = await observed.Server.Http.SendAsync(request);
        var id = answer.Headers.GetValues("X-Request-Id").Single();
        id.ShouldBe("0af7651916cd43dd8448eb211c80319c");
        answer.Headers.GetValues("traceparent").Single().ShouldStartWith("00-0af7651916cd43dd8448eb211c80319c-");

        var found = (await admin.GetAsync($"/admin/logs?request_id={id}&q=finished")).Json;

        var entry = found.GetProperty("entries").EnumerateArray().ShouldHaveSingleItem();
        entry.GetProperty("trace_id").GetString().ShouldBe(id);
        entry.GetProperty("user_id").GetString().ShouldBe(admin.Id.ToString());
        entry.GetProperty("route").GetString().ShouldBe("/api/admin/log-level");
        entry.GetProperty("status").GetInt32().ShouldBe(200);
    }

    [Fact]
    public async Task Given_many_events_Then_pages_go_on_where_the_one_before_ended()
    {
        for (var i = 0; i < 5; i++)
            await admin.GetAsync("/admin/log-level");

        var first = (await admin.GetAsync("/admin/logs?q=/api/admin/log-level&limit=3")).Json;
        var cursor = first.GetProperty("next").GetString();
        var second = (await admin.GetAsync($"/admin/logs?q=/api/admin/log-level&limit=3&cursor={cursor}")).Json;

        var times = Times(first).Concat(Times(second)).ToList();
        times.Count.ShouldBeGreaterThanOrEqualTo(5);
        times.ShouldBeUnique();
        times.ShouldBe(times.OrderDescending());

        static IEnumerable<string> Times(JsonElement page) =>
            page.GetProperty("entries").EnumerateArray().Select(entry => entry.GetProperty("ts").GetString()!);
    }

    [Theory]
    [InlineData("level=loud", "level must be trace, debug, info, warn or error")]
    [InlineData("property=x", "property must be name=value")]
    [InlineData("since=yesterday", "since must be a time or a span such as 15m")]
    [InlineData("limit=0", "limit must be between 1 and 1000")]
    [InlineData("limit=1001", "limit must be between 1 and 1000")]
    [InlineData("cursor=x", "cursor is not valid")]
    public async Task Given_a_condition_that_means_nothing_Then_400_says_which(string query, string message) =>
        (await admin.GetAsync($"/admin/logs?{query}")).ShouldFail(400, message);

    [Fact]
    public async Task Given_a_listener_Then_new_events_that_fit_arrive_as_they_happen()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/admin/logs/tail?q=log-level");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", admin.Token);
        request.Headers.AcceptEncoding.ParseAdd("gzip");
        using var answer = await observed.Server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        answer.Content.Headers.ContentType?.MediaType.ShouldBe("text/event-stream");
        answer.Content.Headers.ContentEncoding.ShouldBeEmpty();
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        (await reader.ReadLineAsync()).ShouldBe(": following");

        await admin.GetAsync("/admin/log-level");

        string? line;
        do line = await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(10));
        while (line is not null && !line.StartsWith("data: ", StringComparison.Ordinal));
        using var entry = JsonDocument.Parse(line!["data: ".Length..]);
        entry.RootElement.GetProperty("route").GetString().ShouldBe("/api/admin/log-level");
    }

    [Fact]
    public async Task Given_a_listener_who_leaves_while_nothing_happens_Then_that_is_no_error()
    {
        using (var request = new HttpRequestMessage(HttpMethod.Get, "/api/admin/logs/tail?q=nothing-like-it"))
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", admin.Token);
            using var answer = await observed.Server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        }

        (await observed.LineAsync("finished processing request method=GET route=/api/admin/logs/tail")).ShouldContain(
            "status=200"
        );
        observed.Lines.ShouldAllBe(line => !line.Contains(" ERROR "));
    }

    [Fact]
    public async Task Given_an_admin_changes_the_verbosity_Then_it_holds_for_the_time_and_then_ends_by_itself()
    {
        (
            await admin.PutAsync(
                "/admin/log-level",
                new { directive = "chatalot_server=warn", until = observed.Server.Clock.GetUtcNow().AddSeconds(2) }
            )
        )
            .Json.GetProperty("directive")
            .GetString()
            .ShouldBe("chatalot_server=warn");
        observed.Clear();
        await admin.GetAsync("/account/me");
        observed.Lines.ShouldBeEmpty();

        await observed.LineAsync("Verbosity is again that of the configuration");
        await admin.GetAsync("/account/me");
        await observed.LineAsync("finished processing request");
        (
            await observed.Server.QueryAsync<long>("select count(*) from audit_log where action = 'log_level_changed'")
        ).ShouldBe(1);
    }

    [Fact]
    public async Task Given_an_admin_goes_back_to_the_configuration_Then_the_audit_log_names_no_end()
    {
        (await admin.PutAsync("/admin/log-level", new { directive = "debug" })).Status.ShouldBe(200);
        (await admin.PutAsync("/admin/log-level", new { directive = " ", minutes = 30 }))
            .Json.GetProperty("until")
            .ValueKind.ShouldBe(JsonValueKind.Null);

        (await Entries()).ShouldBe("""{"directive": "debug"} t, {"directive": ""} f""");

        Task<string> Entries() =>
            observed.Server.QueryAsync<string>(
                """
                select string_agg(concat(metadata - 'until', ' ', metadata ? 'until' ), ', ' order by created_at)
                from audit_log where action = 'log_level_changed'
                """
            );
    }

    [Fact]
    public async Task Given_a_wrong_directive_Then_400_names_it_and_nothing_changes()
    {
        (await admin.PutAsync("/admin/log-level", new { directive = "chatalot_server=loud" })).ShouldFail(
            400,
            "not a directive: chatalot_server=loud"
        );
        (await admin.PutAsync("/admin/log-level", new { directive = "debug", minutes = 100_000 })).Status.ShouldBe(400);
        (await admin.GetAsync("/admin/log-level")).Json.GetProperty("until").ValueKind.ShouldBe(JsonValueKind.Null);
    }
}
