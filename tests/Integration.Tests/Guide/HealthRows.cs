using System.Net;
using System.Text.Json;
using Chatalot.Features.Health;
using Chatalot.Integration.Tests.Hosting;
using Chatalot.Integration.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Integration.Tests.Guide;

/// <summary>Rows G1 to G18 of the monitoring guide (contract, operations.md 1.1) while all is well.</summary>
public sealed class HealthRows : IAsyncLifetime
{
    private PipelineServer server = null!;

    public async Task InitializeAsync() => server = await PipelineServer.StartAsync();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task G01_It_needs_no_credentials()
    {
        using var answer = await server.Client.GetAsync("/api/health");

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task G03_Four_fields_in_their_order_and_types_as_JSON()
    {
        using var answer = await server.Client.GetAsync("/api/health");

        answer.Content.Headers.ContentType?.MediaType.ShouldBe("application/json");
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        body.RootElement.EnumerateObject()
            .Select(field => (field.Name, field.Value.ValueKind))
            .ShouldBe([
                ("status", JsonValueKind.String),
                ("version", JsonValueKind.String),
                ("uptime_secs", JsonValueKind.Number),
                ("db_healthy", JsonValueKind.True),
            ]);
    }

    [Fact]
    public async Task G10_The_guides_sample_has_the_fields_and_types_of_the_answer()
    {
        var sample = JsonElement.Parse(GuidePage.Blocks("json")[0]);

        Shape(sample).ShouldBe(Shape(await HealthAsync()));
        sample.GetProperty("status").GetString().ShouldBe("ok");

        static List<(string, JsonValueKind)> Shape(JsonElement body) =>
            [.. body.EnumerateObject().Select(field => (field.Name, field.Value.ValueKind))];
    }

    [Fact]
    public async Task G07_The_version_is_that_of_the_build()
    {
        var properties = await File.ReadAllTextAsync(Path.Combine(GuidePage.Root, "Directory.Build.props"));

        var version = (await HealthAsync()).GetProperty("version").GetString().ShouldNotBeNull();

        version.ShouldMatch(@"^\d+\.\d+\.\d+$");
        properties.ShouldContain($"<Version>{version}</Version>");
    }

    [Fact]
    public void G08_The_uptime_counts_whole_seconds_of_a_clock_that_never_goes_back()
    {
        var clock = new SteppingClock();
        var uptime = new ServerUptime(clock);

        clock.Seconds = 3;
        uptime.Elapsed.ShouldBe(TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task Given_a_hundred_probes_in_a_second_Then_none_is_limited()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => server.Client.GetAsync("/api/health")));

        answers.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.OK);
    }

    [Fact]
    public async Task G13_HEAD_answers_like_GET_without_a_body()
    {
        using var answer = await server.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/api/health"));

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType?.MediaType.ShouldBe("application/json");
        (await answer.Content.ReadAsStringAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task G14_Given_a_proxy_Then_no_redirect_and_no_host_check()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/health");
        request.Headers.Host = "chat.example.com";
        request.Headers.Add("X-Forwarded-Proto", "https");

        using var answer = await server.Client.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task G16_A_JSON_exporter_reads_numbers_and_booleans_that_are_not_quoted() =>
        (await server.Client.GetStringAsync("/api/health")).ShouldMatch(
            """^\{"status":"ok","version":"[0-9.]+","uptime_secs":\d+,"db_healthy":true\}$"""
        );

    [Fact]
    public async Task G18_The_answer_is_never_cached()
    {
        using var answer = await server.Client.GetAsync("/api/health");

        answer.Headers.CacheControl?.ToString().ShouldBe("no-store");
    }

    [Fact]
    public async Task Given_the_desktop_client_Then_it_may_read_the_answer_across_origins()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/health");
        request.Headers.Add("Origin", "tauri://localhost");

        using var answer = await server.Client.SendAsync(request);

        answer.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe(["tauri://localhost"]);
    }

    [Fact]
    public async Task Given_checks_Then_ready_names_each_with_milliseconds_and_age_and_needs_all()
    {
        var isMigrated = false;
        var database = await TestDatabase.CreateEmptyAsync();
        await using var checking = await PipelineServer.StartOnAsync(
            database.ConnectionString,
            services => services.AddSingleton(new ReadinessCheck("migrations", () => isMigrated, "not yet"))
        );
        await checking.Database.WaitUntilConnectedAsync(CancellationToken.None);

        using var waiting = await checking.Client.GetAsync("/api/health/ready");
        waiting.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await waiting.Content.ReadAsStringAsync()).ShouldContain("\"reason\":\"not yet\"");
        isMigrated = true;
        var ready = JsonElement.Parse(await checking.Client.GetStringAsync("/api/health/ready"));

        ready.GetProperty("status").GetString().ShouldBe("ready");
        var checks = ready.GetProperty("checks").EnumerateObject().ToList();
        checks.Select(check => check.Name).ShouldBe(["database", "not_draining", "migrations"]);
        checks.ShouldAllBe(check =>
            check.Value.GetProperty("status").GetString() == "ok"
            && check.Value.GetProperty("ms").GetDouble() >= 0
            && check.Value.GetProperty("age_ms").GetInt64() >= 0
        );
        await database.DisposeAsync();
    }

    [Fact]
    public async Task The_product_names_the_contracts_checks()
    {
        await using var product = await TestServer.StartAsync();
        await Eventually.HoldsAsync(
            async () => (await product.Http.GetAsync("/api/health/ready")).IsSuccessStatusCode,
            "the server is ready"
        );

        var ready = JsonElement.Parse(await product.Http.GetStringAsync("/api/health/ready"));

        string[] contract = ["database", "migrations", "storage_writable", "keys", "suspended_list", "jobs"];
        var names = ready.GetProperty("checks").EnumerateObject().Select(check => check.Name).ToList();
        contract.ShouldBeSubsetOf(names);
    }

    private async Task<JsonElement> HealthAsync() =>
        JsonElement.Parse(await server.Client.GetStringAsync("/api/health"));

    private sealed class SteppingClock : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}
