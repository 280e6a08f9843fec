using System.Net.Sockets;
using System.Text;
using Chatalot.Features.Spaces;
using Chatalot.Integration.Tests.Guide;
using Chatalot.Integration.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Chatalot.Integration.Tests.Hosting;

/// <summary>
/// What is under way at the stop does not use up all of the time for it (contract, operations.md 8.5).
/// </summary>
public sealed class FarewellTests
{
    [Fact]
    public async Task Given_a_request_that_never_ends_Then_what_stops_after_it_still_has_time()
    {
        var witness = new Witness();
        using var client = new TcpClient();
        Task trickle;
        await using (
            var server = await TestServer.StartAsync(
                new() { ["SHUTDOWN_TIMEOUT_SECONDS"] = "2" },
                services => services.AddSingleton<IHostedService>(witness)
            )
        )
        {
            await client.ConnectAsync("127.0.0.1", server.Http.BaseAddress!.Port);
            await client.GetStream().WriteAsync(UploadOfSpaces);
            trickle = TrickleAsync(client, until: Task.Delay(Timeout.Infinite));
            // What was sent before is read by the time that another request is answered.
            await server.Http.GetAsync("/api/health");
        }

        witness.HadTime.ShouldBe(true);
        await Should.ThrowAsync<IOException>(trickle);
    }

    [Fact]
    public async Task Given_requests_that_do_not_go_on_Then_the_stop_cuts_them_off_and_waits_for_the_one_that_does()
    {
        using var half = new TcpClient();
        using var bodiless = new TcpClient();
        using var slow = new TcpClient();
        var server = await TestServer.StartAsync();
        foreach (var client in new[] { half, bodiless, slow })
            await client.ConnectAsync("127.0.0.1", server.Http.BaseAddress!.Port);
        await half.GetStream().WriteAsync("GET /api/health HTTP/1.1\r\nHost: half"u8.ToArray());
        await bodiless.GetStream().WriteAsync(UploadOfSpaces);
        await slow.GetStream().WriteAsync(UploadOfSpaces);
        await server.Http.GetAsync("/api/health");

        var cut = Task.WhenAll(EndAsync(half), EndAsync(bodiless));
        var trickle = TrickleAsync(slow, until: cut);
        var stop = server.DisposeAsync().AsTask();
        await cut.WaitAsync(TimeSpan.FromSeconds(30));
        stop.IsCompleted.ShouldBeFalse("somebody still sends");
        await trickle;
        await slow.GetStream().WriteAsync("0\r\n\r\n"u8.ToArray());

        (await new StreamReader(slow.GetStream()).ReadLineAsync()).ShouldBe("HTTP/1.1 400 Bad Request");
        await stop;
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

    /// <summary>A login whose body is white space so far, in pieces.</summary>
    private static byte[] UploadOfSpaces =>
        Encoding.ASCII.GetBytes(
            "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "1\r\n \r\n"
        );

    /// <summary>Sends on, faster than Kestrel's own limit for bodies asks for.</summary>
    private static async Task TrickleAsync(TcpClient client, Task until)
    {
        var piece = Encoding.ASCII.GetBytes($"64\r\n{new string(' ', 0x64)}\r\n");
        while (await Task.WhenAny(until, Task.Delay(50)) != until)
            await client.GetStream().WriteAsync(piece);
    }

    /// <summary>Until the server closes or cuts the connection.</summary>
    private static async Task EndAsync(TcpClient client)
    {
        try
        {
            while (await client.GetStream().ReadAsync(new byte[1024]) > 0) { }
        }
        catch (IOException)
        {
            // Cut.
        }
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
