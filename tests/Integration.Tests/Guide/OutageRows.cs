using System.Net;
using System.Text.Json;
using Chatalot.Integration.Tests.Hosting;
using Chatalot.Integration.Tests.Infrastructure;

namespace Chatalot.Integration.Tests.Guide;

/// <summary>Rows of the guide about a database that stops, hangs and comes back.</summary>
public sealed class OutageRows(Outage outage) : IClassFixture<Outage>
{
    private const string NoDatabase = "Host=127.0.0.1;Port=1;Database=chatalot;Username=chatalot;Password=x";

    [Fact]
    public void G02_The_check_is_about_the_server_and_its_database()
    {
        outage.Well.Status.ShouldBe(200);
        outage.Lost.Status.ShouldBeGreaterThanOrEqualTo(400);
    }

    [Fact]
    public void G04_The_status_is_ok_or_degraded()
    {
        Field(outage.Well.Body, "status").GetString().ShouldBe("ok");
        Field(outage.Lost.Body, "status").GetString().ShouldBe("degraded");
    }

    [Fact]
    public void G05_It_is_degraded_exactly_while_the_database_cannot_be_reached()
    {
        Field(outage.Hung.Body, "status").GetString().ShouldBe("degraded");
        Field(outage.Back.Body, "status").GetString().ShouldBe("ok");
    }

    [Fact]
    public void G06_Degraded_is_503_with_the_full_body()
    {
        outage.Lost.Status.ShouldBe(503);
        outage.Lost.Body.ShouldMatch(
            """^\{"status":"degraded","version":"[0-9.]+","uptime_secs":\d+,"db_healthy":false\}$"""
        );
    }

    [Fact]
    public void G09_db_healthy_follows_the_database_without_a_restart_of_the_server()
    {
        Field(outage.Well.Body, "db_healthy").GetBoolean().ShouldBeTrue();
        Field(outage.Lost.Body, "db_healthy").GetBoolean().ShouldBeFalse();
        Field(outage.Back.Body, "db_healthy").GetBoolean().ShouldBeTrue();
        Field(outage.Back.Body, "uptime_secs")
            .GetInt64()
            .ShouldBeGreaterThanOrEqualTo(Field(outage.Lost.Body, "uptime_secs").GetInt64());
    }

    [Fact]
    public void G11_A_database_that_hangs_makes_no_answer_take_three_seconds()
    {
        outage.Hung.Status.ShouldBe(503);
        outage.Hung.Longest.ShouldBeLessThan(TimeSpan.FromSeconds(3));
    }

    [Fact]
    public void G12_The_cron_line_is_silent_while_all_is_well_and_alerts_otherwise()
    {
        outage.Well.Cron.ShouldBeEmpty();
        outage.Lost.Cron.ShouldBe("Chatalot is down\nAlert\n");
        outage.Gone.Cron.ShouldBe("Chatalot is down\nAlert\n");
    }

    [Fact]
    public void G15_A_monitor_that_expects_200_sees_the_outage()
    {
        outage.Well.Status.ShouldBe(200);
        outage.Lost.Status.ShouldNotBe(200);
        outage.Back.Status.ShouldBe(200);
    }

    [Fact]
    public void G17_The_dead_mans_ping_is_sent_only_while_all_is_well()
    {
        outage.Well.Ping.Trim().ShouldBe("pinged");
        outage.Lost.Ping.ShouldNotContain("pinged");
        outage.Gone.Ping.ShouldNotContain("pinged");
    }

    [Fact]
    public void G58_The_alert_script_tells_the_three_states_apart()
    {
        (outage.Well.ScriptExit, outage.Well.ScriptMails).ShouldBe((0, ""));
        (outage.Lost.ScriptExit, outage.Lost.ScriptMails).ShouldBe(
            (1, "Chatalot health check failed (HTTP 503)\n[ALERT] Chatalot down\n")
        );
        (outage.Gone.ScriptExit, outage.Gone.ScriptMails).ShouldBe(
            (1, "Chatalot health check failed (HTTP 000)\n[ALERT] Chatalot down\n")
        );
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

    [Fact]
    public async Task Given_a_hundred_probes_in_a_second_Then_the_database_is_asked_a_few_times()
    {
        await using var server = await TestServer.StartAsync();
        var before = await SessionsAsync();

        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => server.Http.GetAsync("/api/health")));

        (await SessionsAsync() - before).ShouldBeLessThan(20);

        Task<long> SessionsAsync() =>
            server.QueryAsync<long>("select sessions from pg_stat_database where datname = current_database()");
    }

    private static JsonElement Field(string body, string name) => JsonElement.Parse(body).GetProperty(name);
}
