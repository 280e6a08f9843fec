using System.Diagnostics;
using System.Net;
using Chatalot.Integration.Tests.Auth;
using Chatalot.Integration.Tests.Guide;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Integration.Tests.Postgres;

namespace Chatalot.Integration.Tests.Chaos;

/// <summary>
/// PostgreSQL is frozen, so that no connection breaks and nothing answers, and the server is told to stop: it gives the
/// database up instead of waiting for one thing after the other (contract, operations.md 3.2, 8.5).
/// </summary>
public sealed class FrozenDatabaseTests
{
    private static readonly (string, string)[] Variables =
    [
        ("SHUTDOWN_TIMEOUT_SECONDS", "5"),
        ("REGISTRATION_MODE", "open"),
        ("RUST_LOG", "chatalot_server=info,tower_http=debug"),
    ];

    private static readonly TimeSpan InTime = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Given_a_frozen_private_database_When_the_server_stops_Then_it_is_ended_and_the_next_start_finds_everything()
    {
        await using var server = await ServerProcess.StartAsync("", Variables);
        using var client = new HttpClient { BaseAddress = server.Address };
        (await client.RegisterAsync("ada")).Status.ShouldBe(HttpStatusCode.OK);
        var postmaster = PostmasterOf(server);
        await PrivateCluster.SignalAsync(postmaster, "STOP");
        var login = await BeginLoginAsync(server, client);

        var watch = Stopwatch.StartNew();
        (await server.StopAsync("TERM")).ShouldBe(0);

        watch.Elapsed.ShouldBeLessThan(InTime);
        await login;
        await server.LineAsync("WARN Chatalot.Startup: The database has not answered for ");
        await server.LineAsync("WARN Chatalot.Startup: PostgreSQL did not react for ");
        server.Lines[^1].ShouldContain("INFO Chatalot.Startup: Server shut down gracefully: ");
        await using var next = await ServerProcess.StartAsync(ServerProcess.Command, server.Folder, "", Variables);
        using var again = new HttpClient { BaseAddress = next.Address };
        (await again.LoginAsync("ada")).Status.ShouldBe(HttpStatusCode.OK);
        PostmasterOf(next).ShouldNotBe(postmaster);
        (await next.StopAsync("TERM")).ShouldBe(0);
        next.Lines.ShouldAllBe(line => !line.Contains("WARN Chatalot.Startup: PostgreSQL"));
    }

    [Fact]
    public async Task Given_a_frozen_database_of_somebody_else_When_the_server_stops_Then_it_leaves_it_alone()
    {
        await using var cluster = new PrivateCluster();
        var postgres = await cluster.StartAsync();
        await using var server = await ServerProcess.StartAsync(postgres.ConnectionString, Variables);
        using var client = new HttpClient { BaseAddress = server.Address };
        await PrivateCluster.SignalAsync(postgres.ProcessId, "STOP");
        try
        {
            var login = await BeginLoginAsync(server, client);

            var watch = Stopwatch.StartNew();
            (await server.StopAsync("TERM")).ShouldBe(0);

            watch.Elapsed.ShouldBeLessThan(InTime);
            await login;
            await server.LineAsync("WARN Chatalot.Startup: The database has not answered for ");
            server.Lines[^1].ShouldContain("INFO Chatalot.Startup: Server shut down gracefully: ");
        }
        finally
        {
            await PrivateCluster.SignalAsync(postgres.ProcessId, "CONT");
        }
        (await PrivateCluster.AskAsync<int>(postgres.ConnectionString, "select 1")).ShouldBe(1);
    }

    private static int PostmasterOf(ServerProcess server) =>
        int.Parse(File.ReadLines(Path.Combine(server.Folder, "postgres", "cluster", "postmaster.pid")).First());

    /// <summary>A login that hangs in the database; how it ends is not its question.</summary>
    private static async Task<Task> BeginLoginAsync(ServerProcess server, HttpClient client)
    {
        var before = Begun();
        var login = client.LoginAsync("ada");
        await Eventually.HoldsAsync(() => Begun() > before, "the login is under way");
        return login.ContinueWith(_ => { }, TaskScheduler.Default);

        int Begun() => server.Lines.Count(line => line.Contains("started processing request method=POST"));
    }
}
