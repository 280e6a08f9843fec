using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Integration.Tests.Postgres;

public sealed class SchemaMigratorTests : IAsyncLifetime
{
    private static readonly SchemaScript Rooms = new(100, "rooms", "create table rooms (id int primary key);");
    private static readonly SchemaScript Seats = new(
        200,
        "seats",
        "create table seats (room int references rooms); insert into rooms values (1); insert into seats values (1)"
    );

    private readonly LogLines<SchemaMigrator> log = new();
    private TestDatabase database = null!;

    public async Task InitializeAsync() => database = await TestDatabase.CreateEmptyAsync();

    public async Task DisposeAsync() => await database.DisposeAsync();

    [Fact]
    public async Task Scripts_are_applied_in_order_once_and_recorded()
    {
        (await MigrateAsync(Seats, Rooms)).ShouldBe(2);
        (await MigrateAsync(Rooms, Seats)).ShouldBe(0);

        var recorded = await AskAsync<string>(
            "select string_agg(number || ' ' || name || ' ' || length(checksum), ', ' order by applied_at) "
                + "from schema_scripts where duration_ms >= 0"
        );
        recorded.ShouldBe("100 rooms 64, 200 seats 64");
        log.All.ShouldContain(line => line.StartsWith("Information: Applied schema script 0100_rooms in "));
        log.All.ShouldContain(line => line.StartsWith("Information: Migrations applied (0 new of 2"));
    }

    [Fact]
    public async Task Given_two_servers_start_at_once_When_they_migrate_Then_each_script_is_applied_once()
    {
        var applied = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => Task.Run(() => MigrateAsync(Rooms, Seats)))
        );

        applied.Sum().ShouldBe(2);
        (await AskAsync<long>("select count(*) from seats")).ShouldBe(1);
    }

    [Fact]
    public async Task What_runs_before_sees_no_script_of_this_run_and_holds_the_lock()
    {
        var seen = "";

        await Migrator(Rooms)
            .MigrateAsync(
                async (connection, ct) =>
                {
                    await using var ask = new NpgsqlCommand(
                        """
                        select coalesce(to_regclass('rooms')::text, 'no rooms') || ', ' || count(*) || ' lock, timeout '
                            || current_setting('statement_timeout')
                        from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()
                        """,
                        connection
                    );
                    seen = (string)(await ask.ExecuteScalarAsync(ct))!;
                },
                CancellationToken.None
            );

        seen.ShouldBe("no rooms, 1 lock, timeout 0");
    }

    [Fact]
    public async Task Given_a_failing_script_When_migrating_Then_it_is_rolled_back_and_the_next_start_can_repeat_it()
    {
        var broken = new SchemaScript(200, "seats", "create table seats (id int);\n\ninsert into nowhere values (1);");

        var failed = await Should.ThrowAsync<SchemaException>(() => MigrateAsync(Rooms, broken));

        failed.Message.ShouldBe(
            "The schema script 0200_seats failed and was rolled back: 42P01 relation \"nowhere\" does not exist"
        );
        (await MigrateAsync(Rooms, Seats)).ShouldBe(1);
    }

    [Fact]
    public async Task A_database_of_a_newer_server_is_refused()
    {
        await MigrateAsync(Rooms, Seats);

        var refused = await Should.ThrowAsync<SchemaException>(() => MigrateAsync(Rooms));

        refused.Message.ShouldBe(
            "The database was used by a newer server: it has schema script 0200_seats, which this one does not know. "
                + "Start the newer version, or restore a backup from before the update."
        );
    }

    [Fact]
    public async Task A_look_at_what_is_missing_changes_nothing_and_refuses_what_a_migration_would_refuse()
    {
        (await MissingAsync(Seats, Rooms)).ShouldBe(["0100_rooms", "0200_seats"]);
        (await MissingAsync(Seats, Rooms)).ShouldBe(["0100_rooms", "0200_seats"]);
        await MigrateAsync(Rooms, Seats);
        (await MissingAsync(Seats, Rooms)).ShouldBeEmpty();

        (await Should.ThrowAsync<SchemaException>(() => MissingAsync(Rooms))).Message.ShouldStartWith(
            "The database was used by a newer server"
        );

        async Task<string[]> MissingAsync(params SchemaScript[] scripts) =>
            [.. (await Migrator(scripts).FindMissingAsync(CancellationToken.None)).Select(script => script.FullName)];
    }

    [Fact]
    public async Task A_script_that_was_changed_after_it_was_applied_is_refused()
    {
        await MigrateAsync(Rooms);

        var refused = await Should.ThrowAsync<SchemaException>(() =>
            MigrateAsync(Rooms with { Sql = Rooms.Sql + "\n-- one more thought" })
        );

        refused.Message.ShouldStartWith("The schema script 0100_rooms is not the one that was applied");
        refused.Message.ShouldContain("put the change into a new one");
    }

    private SchemaMigrator Migrator(params SchemaScript[] scripts) =>
        new(new DatabaseOptions { ConnectionString = database.ConnectionString }, scripts, log, TimeProvider.System);

    private Task<int> MigrateAsync(params SchemaScript[] scripts) =>
        Migrator(scripts).MigrateAsync((_, _) => Task.CompletedTask, CancellationToken.None);

    private Task<T> AskAsync<T>(string sql) => PrivateCluster.AskAsync<T>(database.ConnectionString, sql);
}
