using System.Diagnostics;
using System.Net;
using Chatalot.Integration.Tests.Hosting;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Integration.Tests.Postgres;
using Chatalot.Shared.Postgres;

namespace Chatalot.Integration.Tests.Guide;

/// <summary>Rows of the guide about a database that stops, hangs and comes back, on a PostgreSQL of this test's own.</summary>
public sealed class OutageRows : IAsyncLifetime
{
    private const string NoDatabase = "Host=127.0.0.1;Port=1;Database=chatalot;Username=chatalot;Password=x";

    private readonly PrivateCluster cluster = new();
    private readonly Shell shell = new();
    private EmbeddedPostgres database = null!;
    private PipelineServer server = null!;

    public async Task InitializeAsync()
    {
        database = await cluster.StartAsync();
        server = await PipelineServer.StartOnAsync(database.ConnectionString);
        await server.Database.WaitUntilConnectedAsync(CancellationToken.None);
        shell.AddCurl(server.Client.BaseAddress!);
        shell.Add("mail", "cat >> mails; echo \"$2\" >> mails");
        shell.Add("df", "printf 'Filesystem Size Used Avail Use%% Mounted\\nx 1 1 1 5%% /\\n'");
    }

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        await cluster.DisposeAsync();
        shell.Dispose();
    }

    [Fact]
    public async Task G02_G04_G05_G06_G09_Given_the_database_stops_and_returns_Then_503_with_the_full_body_and_200_again()
    {
        await database.DisposeAsync();
        await UntilAsync(HttpStatusCode.ServiceUnavailable);
        using (var lost = await server.Client.GetAsync("/api/health"))
            (await lost.Content.ReadAsStringAsync()).ShouldMatch(
                """^\{"status":"degraded","version":"[0-9.]+","uptime_secs":\d+,"db_healthy":false\}$"""
            );

        database = await cluster.StartAsync();
        await UntilAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task G11_Given_the_database_hangs_Then_503_with_the_full_body_within_three_seconds()
    {
        await PrivateCluster.SignalAsync(database.ProcessId, "STOP");
        try
        {
            // The answer of a moment ago may still be told for a second.
            await Task.Delay(TimeSpan.FromSeconds(1.1));
            var watch = Stopwatch.StartNew();
            using var answer = await server.Client.GetAsync("/api/health");

            watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(3));
            answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            (await answer.Content.ReadAsStringAsync()).ShouldContain("\"db_healthy\":false");
        }
        finally
        {
            await PrivateCluster.SignalAsync(database.ProcessId, "CONT");
        }
        await UntilAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task G12_G15_G17_G58_Cron_line_dead_mans_ping_and_alert_script_tell_the_three_states_apart()
    {
        var ping = GuidePage.ShellLines.Single(line => line.Contains("hc-ping", StringComparison.Ordinal));
        (await RunAsync(GuidePage.CronCommand)).ShouldBe((0, ""));
        (await RunAsync(ping)).ShouldBe((0, "pinged"));
        (await RunAsync(GuidePage.AlertScript)).ShouldBe((0, ""));

        await database.DisposeAsync();
        await UntilAsync(HttpStatusCode.ServiceUnavailable);
        await RunAsync(GuidePage.CronCommand);
        Mails().ShouldBe("Chatalot is down\nAlert\n");
        (await RunAsync(ping)).Output.ShouldNotContain("pinged");
        (await RunAsync(GuidePage.AlertScript)).ShouldBe((1, ""));
        Mails().ShouldBe("Chatalot health check failed (HTTP 503)\n[ALERT] Chatalot down\n");

        shell.AddCurl(new Uri("http://127.0.0.1:1"));
        await RunAsync(GuidePage.CronCommand);
        Mails().ShouldBe("Chatalot is down\nAlert\n");
        (await RunAsync(GuidePage.AlertScript)).ShouldBe((1, ""));
        Mails().ShouldBe("Chatalot health check failed (HTTP 000)\n[ALERT] Chatalot down\n");
    }

    [Fact]
    public async Task G12_Given_a_hundred_probes_in_a_second_Then_the_database_is_asked_a_few_times()
    {
        var before = await SessionsAsync();

        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => server.Client.GetAsync("/api/health")));

        (await SessionsAsync() - before).ShouldBeLessThan(20);
    }

    [Fact]
    public async Task Given_no_database_at_the_start_Then_the_process_is_alive_not_ready_and_refuses_API_calls_at_once()
    {
        await using var lonely = await PipelineServer.StartOnAsync(NoDatabase);

        (await lonely.Client.GetAsync("/api/health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var ready = await lonely.Client.GetAsync("/api/health/ready");
        ready.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await ready.Content.ReadAsStringAsync()).ShouldContain("\"database\":{\"status\":\"failing\"");
        using var call = await lonely.Client.GetAsync("/api/anonymous");
        call.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        await ErrorEdgeTests.ShouldBeErrorAsync(call, "database_unavailable");
    }

    private async Task<(int ExitCode, string Output)> RunAsync(string script)
    {
        var result = await shell.RunAsync(script);
        return (result.ExitCode, result.Output.Trim());
    }

    /// <summary>What was mailed since the last look.</summary>
    private string Mails()
    {
        var path = Path.Combine(shell.Folder, "mails");
        var mails = File.Exists(path) ? File.ReadAllText(path) : "";
        File.Delete(path);
        return mails;
    }

    private Task<long> SessionsAsync() =>
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
