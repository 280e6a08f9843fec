using System.Net;
using System.Net.Sockets;
using Chatalot.Host;
using Chatalot.Integration.Tests.Guide;
using Chatalot.Integration.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Chatalot.Integration.Tests.Hosting;

public sealed class StartTests
{
    [Fact]
    public async Task Given_a_database_that_goes_away_while_it_is_made_ready_Then_the_start_goes_on_when_it_is_back()
    {
        await using var server = await TestServer.StartAsync();
        await server.ExecuteAsync(
            """
            create sequence looks;
            create function end_the_first() returns boolean language plpgsql as $$
            begin
                if nextval('looks') = 1 then
                    perform pg_terminate_backend(pg_backend_pid());
                end if;
                return true;
            end $$;
            alter table schema_scripts enable row level security;
            alter table schema_scripts force row level security;
            create policy breaks_once on schema_scripts using (end_the_first());
            """
        );

        await using var sibling = await server.StartSiblingAsync();

        (await server.QueryAsync<bool>("select is_called from looks")).ShouldBeTrue();
        (await sibling.Http.GetAsync("/api/health/ready")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Given_a_port_that_is_taken_Then_the_start_fails_with_one_line_that_names_it()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        await using var server = ServerProcess.Begin(
            ("DATABASE_URL", database.ConnectionString),
            ("LISTEN_ADDR", $"{other.LocalEndpoint}")
        );

        var reason = await server.LineAsync("ERROR Chatalot.Startup: The server cannot start: ");

        reason.ShouldContain($"{other.LocalEndpoint}: address already in use");
        (await server.EndAsync()).ShouldBe(1);
        server.Lines.Count(line => line.Contains(" ERROR ")).ShouldBe(1, string.Join('\n', server.Lines));
        server.Lines.ShouldAllBe(line => !line.Contains("Shutdown signal received"));
    }

    [Fact]
    public async Task Given_a_port_for_metrics_that_is_taken_Then_a_warning_says_so_and_nothing_is_called_an_error()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        await using var server = await ServerProcess.StartAsync(
            database.ConnectionString,
            ("METRICS_ADDR", $"{other.LocalEndpoint}")
        );

        await server.LineAsync($"WARN Chatalot.Metrics: Metrics are not to be had at {other.LocalEndpoint}: ");

        server.Lines.ShouldAllBe(line => !line.Contains(" ERROR "));
    }

    [Fact]
    public async Task Given_a_collector_that_does_not_answer_Then_the_log_says_so()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var server = await ServerProcess.StartAsync(
            database.ConnectionString,
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
        );

        // The last metrics are sent at the end, so nobody has to wait for the first minute.
        (await server.StopAsync("TERM")).ShouldBe(0);

        var line = await server.LineAsync("WARN Chatalot.Startup: The collector at ");
        line.ShouldContain("http://127.0.0.1:1/v1/metrics does not take our metrics");
    }

    [Fact]
    public async Task Given_a_part_that_should_run_for_ever_When_it_fails_Then_the_server_knows_of_it()
    {
        using var part = new FailingPart();
        await using var services = new ServiceCollection().AddSingleton<IHostedService>(part).BuildServiceProvider();
        Server.HasFault(services).ShouldBeFalse();

        await part.StartAsync(CancellationToken.None);
        await Should.ThrowAsync<TimeoutException>(() => part.ExecuteTask!);

        Server.HasFault(services).ShouldBeTrue();
    }

    private sealed class FailingPart : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Task.Yield();
            throw new TimeoutException("the database went away");
        }
    }
}
