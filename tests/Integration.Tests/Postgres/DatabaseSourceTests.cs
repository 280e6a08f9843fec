using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Integration.Tests.Postgres;

public sealed class DatabaseSourceTests : IAsyncLifetime
{
    private TestDatabase database = null!;

    private DatabaseOptions Options => new() { ConnectionString = database.ConnectionString, MaxPoolSize = 5 };

    public async Task InitializeAsync() => database = await TestDatabase.CreateEmptyAsync();

    public async Task DisposeAsync() => await database.DisposeAsync();

    [Fact]
    public async Task The_minimum_is_opened_at_start_under_the_servers_name()
    {
        await using var pool = DatabaseSource.CreatePool(Options);

        await DatabaseSource.OpenMinimumAsync(pool, 2, CancellationToken.None);

        (await ConnectionsAsync("chatalot-server")).ShouldBe(2);
    }

    [Fact]
    public async Task The_pool_never_opens_more_than_its_maximum()
    {
        await using var pool = DatabaseSource.CreatePool(Options);

        await Task.WhenAll(
            Enumerable
                .Range(0, 40)
                .Select(async _ =>
                {
                    await using var command = pool.CreateCommand("select pg_sleep(0.02)");
                    await command.ExecuteNonQueryAsync();
                })
        );

        (await ConnectionsAsync("chatalot-server")).ShouldBe(5);
    }

    [Fact]
    public async Task The_database_itself_ends_a_statement_that_takes_too_long()
    {
        await using var pool = DatabaseSource.CreatePool(
            Options with
            {
                StatementTimeout = TimeSpan.FromSeconds(1),
                ConnectionString = database.ConnectionString + ";Options=-c jit=on",
            }
        );
        await using var connection = await pool.OpenConnectionAsync();
        await using var settings = new NpgsqlCommand(
            "select current_setting('statement_timeout') || ' ' || current_setting('jit')",
            connection
        );
        (await settings.ExecuteScalarAsync()).ShouldBe("1s on");
    }

    [Fact]
    public async Task An_unpooled_connection_ends_when_it_is_closed()
    {
        await using var source = DatabaseSource.CreateUnpooled(Options, "health", TimeSpan.FromSeconds(2));
        await using (await source.OpenConnectionAsync())
            (await ConnectionsAsync("chatalot-server-health")).ShouldBe(1);

        await Eventually.HoldsAsync(
            async () => await ConnectionsAsync("chatalot-server-health") == 0,
            "the connection is gone"
        );
    }

    [Fact]
    public void Options_do_not_print_the_password() =>
        Options.ToString().ShouldBe("DatabaseOptions of chatalot-server");

    private Task<long> ConnectionsAsync(string name) =>
        PrivateCluster.AskAsync<long>(
            database.ConnectionString,
            $"select count(*) from pg_stat_activity where datname = current_database() and application_name = '{name}'"
        );
}
