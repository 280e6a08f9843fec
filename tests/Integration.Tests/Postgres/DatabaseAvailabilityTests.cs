using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Integration.Tests.Postgres;

public sealed class DatabaseAvailabilityTests : IAsyncLifetime
{
    private readonly PrivateCluster cluster = new();
    private readonly LogLines<DatabaseAvailability> log = new();
    private readonly List<string> told = [];
    private EmbeddedPostgres server = null!;
    private NpgsqlDataSource pool = null!;
    private DatabaseAvailability availability = null!;

    public async Task InitializeAsync()
    {
        server = await cluster.StartAsync();
        var options = new DatabaseOptions { ConnectionString = server.ConnectionString };
        pool = DatabaseSource.CreatePool(options);
        availability = new DatabaseAvailability(pool, options, log, TimeProvider.System);
        availability.OnLost(_ => Tell("lost"));
        availability.OnBack(_ => Tell("back"));
    }

    public async Task DisposeAsync()
    {
        await availability.StopAsync(CancellationToken.None);
        availability.Dispose();
        await pool.DisposeAsync();
        await cluster.DisposeAsync();
    }

    [Fact]
    public async Task Given_the_database_stops_and_starts_When_it_is_back_Then_the_pool_works_and_two_lines_tell_it()
    {
        await availability.StartAsync(CancellationToken.None);
        await availability.WaitUntilConnectedAsync(CancellationToken.None);
        await QueryAsync();

        await server.DisposeAsync();
        availability.ReportFailure(await Should.ThrowAsync<NpgsqlException>(QueryAsync));
        await Eventually.HoldsAsync(() => !availability.IsAvailable, "lost");
        await Eventually.HoldsAsync(() => Told() == "lost", "observers told");
        await cluster.StartAsync();
        await Eventually.HoldsAsync(() => Told() == "lost back", "observers told");

        availability.IsAvailable.ShouldBeTrue();
        await QueryAsync();
        log.All.Count.ShouldBe(3, string.Join('\n', log.All));
        log.All[0].ShouldBe("Information: Database connected");
        log.All[1].ShouldStartWith("Warning: Database lost: Failed to connect to ");
        log.All[2].ShouldStartWith("Information: Database back after ");
    }

    [Fact]
    public async Task Given_the_database_hangs_When_asked_Then_the_answer_is_no_and_it_recovers()
    {
        await availability.StartAsync(CancellationToken.None);
        await availability.WaitUntilConnectedAsync(CancellationToken.None);

        await PrivateCluster.SignalAsync(server.ProcessId, "STOP");
        (await availability.CheckAsync(TimeSpan.Zero, CancellationToken.None)).ShouldBeFalse();
        availability.IsAvailable.ShouldBeFalse();
        await PrivateCluster.SignalAsync(server.ProcessId, "CONT");
        await Eventually.HoldsAsync(() => availability.IsAvailable, "back");

        await QueryAsync();
        // Whichever of the two limits of two seconds comes first.
        log.All.Count(line => line.StartsWith("Warning: Database lost: ")).ShouldBe(1);
    }

    [Fact]
    public async Task Given_no_database_at_start_When_it_comes_Then_it_is_connected_with_one_warning()
    {
        await server.DisposeAsync();
        await availability.StartAsync(CancellationToken.None);
        await Eventually.HoldsAsync(() => log.All.Count > 0, "a first attempt");
        availability.IsAvailable.ShouldBeFalse();

        await cluster.StartAsync();
        await availability.WaitUntilConnectedAsync(CancellationToken.None);

        availability.IsAvailable.ShouldBeTrue();
        log.All[0].ShouldStartWith("Warning: Database not reachable, attempt 1: ");
        log.All[^1].ShouldBe("Information: Database connected");
        Told().ShouldBe("");
    }

    [Fact]
    public async Task Given_one_connection_is_ended_When_reported_Then_the_database_is_not_taken_for_lost()
    {
        await availability.StartAsync(CancellationToken.None);
        await availability.WaitUntilConnectedAsync(CancellationToken.None);
        await using var connection = await pool.OpenConnectionAsync();

        await PrivateCluster.AskAsync<bool>(
            server.ConnectionString,
            $"select pg_terminate_backend({connection.ProcessID})"
        );
        await using var command = new NpgsqlCommand("select 1", connection);
        availability.ReportFailure(await Should.ThrowAsync<NpgsqlException>(() => command.ExecuteScalarAsync()));

        (await availability.CheckAsync(TimeSpan.Zero, CancellationToken.None)).ShouldBeTrue();
        log.All.ShouldBe(["Information: Database connected"]);
    }

    [Fact]
    public async Task When_connected_the_pool_holds_its_minimum()
    {
        await availability.StartAsync(CancellationToken.None);

        await Eventually.HoldsAsync(
            async () =>
                await PrivateCluster.AskAsync<long>(
                    server.ConnectionString,
                    "select count(*) from pg_stat_activity where application_name = 'chatalot-server'"
                ) == 2,
            "two connections"
        );
    }

    [Fact]
    public async Task A_recent_answer_is_used_again()
    {
        (await availability.CheckAsync(TimeSpan.FromHours(1), CancellationToken.None)).ShouldBeTrue();
        await server.DisposeAsync();

        (await availability.CheckAsync(TimeSpan.FromHours(1), CancellationToken.None)).ShouldBeTrue();
        (await availability.CheckAsync(TimeSpan.Zero, CancellationToken.None)).ShouldBeFalse();
    }

    private async Task QueryAsync()
    {
        await using var command = pool.CreateCommand("select 1");
        await command.ExecuteScalarAsync();
    }

    private Task Tell(string what)
    {
        lock (told)
            told.Add(what);
        return Task.CompletedTask;
    }

    private string Told()
    {
        lock (told)
            return string.Join(' ', told);
    }
}
