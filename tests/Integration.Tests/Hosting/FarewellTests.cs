using System.Net.Sockets;
using System.Text;
using Chatalot.Features.Spaces;
using Chatalot.Integration.Tests.Guide;
using Chatalot.Integration.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Chatalot.Integration.Tests.Hosting;

/// <summary>What is under way at the stop does not use up all of the time for it (contract, operations.md 8.5).</summary>
public sealed class FarewellTests
{
    [Fact]
    public async Task Given_a_request_that_never_ends_Then_what_stops_after_it_still_has_time()
    {
        var witness = new Witness();
        using var client = new TcpClient();
        await using (
            var server = await TestServer.StartAsync(
                new() { ["SHUTDOWN_TIMEOUT_SECONDS"] = "2" },
                services => services.AddSingleton<IHostedService>(witness)
            )
        )
        {
            await client.ConnectAsync("127.0.0.1", server.Http.BaseAddress!.Port);
            await client.GetStream().WriteAsync("GET /api/health HTTP/1.1\r\nHost: half"u8.ToArray());
            // The half is read by the time that a whole one is answered.
            await server.Http.GetAsync("/api/health");
        }

        witness.HadTime.ShouldBe(true);
    }

    [Fact]
    public async Task Given_a_body_that_never_comes_Then_the_last_line_counts_its_request_as_cut_off()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using var server = await ServerProcess.StartAsync(
            database.ConnectionString,
            ("SHUTDOWN_TIMEOUT_SECONDS", "2"),
            ("RUST_LOG", "tower_http=debug,chatalot_server=info")
        );
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", server.Address.Port);
        const string head = "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"{head}Content-Length: 99\r\n\r\n{{"));
        await server.LineAsync("started processing request");

        (await server.StopAsync("TERM")).ShouldBe(0);

        server.Lines[^1].ShouldContain("Server shut down gracefully: 0 requests finished, 1 cut off");
    }

    [Fact]
    public async Task Given_a_job_that_an_admin_runs_When_the_server_stops_Then_it_is_cut_off_as_on_a_tick()
    {
        await using var server = await TestServer.StartAsync();
        var ada = await server.AddPersonAsync("ada", InstanceRole.Admin);
        await using var blocker = await server.Database.DataSource.OpenConnectionAsync();
        await using var transaction = await blocker.BeginTransactionAsync();
        await using var command = blocker.CreateCommand();
        command.CommandText = "lock table audit_log in exclusive mode";
        await command.ExecuteNonQueryAsync();
        var running = ada.PostAsync("/admin/jobs/PruneAuditLog/run");
        await Eventually.HoldsAsync(
            async () =>
                await server.QueryAsync<long>(
                    "select count(*) from pg_locks where relation = 'audit_log'::regclass and not granted"
                ) > 0,
            "the job waits for the table"
        );

        server.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        await Eventually.HoldsAsync(
            async () =>
                await server.QueryAsync<long>("select count(*) from maintenance_runs where outcome = 'cancelled'") == 1,
            "the run is over and recorded"
        );
        await transaction.RollbackAsync();

        (await running).Json.GetProperty("outcome").GetString().ShouldBe("cancelled");
    }

    private sealed class Witness : IHostedService
    {
        public bool? HadTime { get; private set; }

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
        {
            HadTime = !cancellationToken.IsCancellationRequested;
            return Task.CompletedTask;
        }
    }
}
