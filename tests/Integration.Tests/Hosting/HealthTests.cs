using System.Net;
using System.Text.Json;
using Chatalot.Features.Health;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Integration.Tests.Postgres;
using Chatalot.Shared.Postgres;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Integration.Tests.Hosting;

/// <summary>Rows G1 to G18 of the monitoring guide (contract, operations.md 1.1), against a database of their own.</summary>
public sealed class HealthTests : IAsyncLifetime
{
    private const string NoDatabase = "Host=127.0.0.1;Port=1;Database=chatalot;Username=chatalot;Password=x";

    private readonly PrivateCluster cluster = new();
    private EmbeddedPostgres database = null!;
    private PipelineServer server = null!;

    public async Task InitializeAsync()
    {
        database = await cluster.StartAsync();
        server = await PipelineServer.StartOnAsync(database.ConnectionString);
        await server.Database.WaitUntilConnectedAsync(CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        await cluster.DisposeAsync();
    }

    [Fact]
    public async Task G1_to_G10_Given_all_is_well_Then_200_with_four_fields_in_their_order_and_types()
    {
        using var answer = await server.Client.GetAsync("/api/health");

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType?.MediaType.ShouldBe("application/json");
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        body.RootElement.EnumerateObject()
            .Select(field => field.Name)
            .ShouldBe(["status", "version", "uptime_secs", "db_healthy"]);
        body.RootElement.GetProperty("status").GetString().ShouldBe("ok");
        body.RootElement.GetProperty("version").GetString().ShouldNotBeNull().ShouldMatch(@"^\d+\.\d+\.\d+$");
        body.RootElement.GetProperty("uptime_secs").GetInt64().ShouldBeInRange(0, 600);
        body.RootElement.GetProperty("db_healthy").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task G2_G6_G9_Given_the_database_stops_and_comes_back_Then_503_with_the_full_body_and_200_again()
    {
        await database.DisposeAsync();
        await UntilAsync(HttpStatusCode.ServiceUnavailable);
        using (var lost = await server.Client.GetAsync("/api/health"))
        {
            var body = await lost.Content.ReadAsStringAsync();
            body.ShouldMatch("""^\{"status":"degraded","version":"[0-9.]+","uptime_secs":\d+,"db_healthy":false\}$""");
        }

        database = await cluster.StartAsync();
        await UntilAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task G11_Given_the_database_hangs_Then_503_before_a_probe_gives_up()
    {
        await PrivateCluster.SignalAsync(database.ProcessId, "STOP");
        try
        {
            await UntilAsync(HttpStatusCode.ServiceUnavailable);
        }
        finally
        {
            await PrivateCluster.SignalAsync(database.ProcessId, "CONT");
        }
        await UntilAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task G12_Given_a_hundred_probes_in_a_second_Then_none_is_limited_and_the_database_is_asked_a_few_times()
    {
        var before = await ConnectionsAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => server.Client.GetAsync("/api/health")));

        answers.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.OK);
        (await ConnectionsAsync() - before).ShouldBeLessThan(20);
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
    public async Task G14_G18_Given_a_proxy_Then_no_redirect_no_host_check_and_no_caching()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/health");
        request.Headers.Host = "chat.example.com";
        request.Headers.Add("X-Forwarded-Proto", "https");

        using var answer = await server.Client.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Headers.CacheControl?.NoStore.ShouldBeTrue();
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
    public async Task Given_no_database_Then_the_process_is_alive_not_ready_and_refuses_API_calls_at_once()
    {
        await using var lonely = await PipelineServer.StartOnAsync(NoDatabase);

        (await lonely.Client.GetAsync("/api/health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var ready = await lonely.Client.GetAsync("/api/health/ready");
        ready.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        using var checks = JsonDocument.Parse(await ready.Content.ReadAsStringAsync());
        checks.RootElement.GetProperty("status").GetString().ShouldBe("not_ready");
        var database = checks.RootElement.GetProperty("checks").GetProperty("database");
        database.GetProperty("status").GetString().ShouldBe("failing");
        database.GetProperty("ms").GetDouble().ShouldBeGreaterThanOrEqualTo(0);
        database.GetProperty("age_ms").GetInt64().ShouldBeGreaterThanOrEqualTo(0);
        using var call = await lonely.Client.GetAsync("/api/anonymous");
        call.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        await ErrorEdgeTests.ShouldBeErrorAsync(call, "database_unavailable");
    }

    [Fact]
    public async Task Given_checks_Then_ready_names_each_and_needs_all()
    {
        var isMigrated = false;
        await using var checking = await PipelineServer.StartOnAsync(
            database.ConnectionString,
            services => services.AddSingleton(new ReadinessCheck("migrations", () => isMigrated, "not yet"))
        );

        (await checking.Client.GetStringAsync("/api/health")).ShouldContain("\"ok\"");
        (await checking.Client.GetAsync("/api/health/ready")).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        isMigrated = true;
        var ready = JsonElement.Parse(await checking.Client.GetStringAsync("/api/health/ready"));
        ready.GetProperty("status").GetString().ShouldBe("ready");
        ready
            .GetProperty("checks")
            .EnumerateObject()
            .Select(check => $"{check.Name} {check.Value.GetProperty("status").GetString()}")
            .ShouldBe(["database ok", "not_draining ok", "migrations ok"]);
    }

    private Task<long> ConnectionsAsync() =>
        PrivateCluster.AskAsync<long>(
            database.ConnectionString,
            "select sessions from pg_stat_database where datname = current_database()"
        );

    private Task UntilAsync(HttpStatusCode status) =>
        Eventually.HoldsAsync(
            async () =>
            {
                using var answer = await server.Client.GetAsync("/api/health");
                return answer.StatusCode == status;
            },
            $"health answers {status}"
        );
}
