using System.Diagnostics;
using Chatalot.Features.ScheduledMessages;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Integration.Tests.Guide;

/// <summary>Rows about the database as an operator sees it (contract, operations.md 1.6).</summary>
public sealed class DatabaseRows : IAsyncLifetime
{
    private const string Pooled = "application_name = 'chatalot-server'";

    private TestServer server = null!;

    public async Task InitializeAsync() =>
        server = await TestServer.StartAsync(new() { ["DB_POOL_MIN"] = "2", ["DB_POOL_MAX"] = "7" });

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task G50_The_connections_to_the_database_can_be_counted() =>
        (
            await server.QueryAsync<long>(
                "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
            )
        ).ShouldBeInRange(2, 7);

    [Fact]
    public async Task G51_The_pool_opens_its_minimum_and_never_more_than_its_maximum()
    {
        new DatabaseOptions { ConnectionString = "" }.MaxPoolSize.ShouldBe(50);
        new DatabaseOptions { ConnectionString = "" }.MinPoolSize.ShouldBe(2);
        await Eventually.HoldsAsync(async () => await PooledAsync() >= 2, "the minimum is open");

        var pool = (NpgsqlDataSource)server.Services.GetService(typeof(NpgsqlDataSource))!;
        var busy = Enumerable
            .Range(0, 40)
            .Select(async _ =>
            {
                await using var command = pool.CreateCommand("select pg_sleep(0.05)");
                await command.ExecuteNonQueryAsync();
            });
        var most = 0L;
        var all = Task.WhenAll(busy);
        while (!all.IsCompleted)
            most = Math.Max(most, await PooledAsync());
        await all;

        most.ShouldBeInRange(3, 7);
    }

    [Fact]
    public async Task G52_The_size_of_the_database_is_plain_PostgreSQL() =>
        (await server.QueryAsync<string>("select pg_size_pretty(pg_database_size(current_database()))")).ShouldMatch(
            "^[0-9]+ (kB|MB)$"
        );

    [Fact]
    public async Task G63_Given_an_idle_server_Then_the_database_hears_fewer_than_twenty_statements_a_minute()
    {
        // The first run makes the scheduler's tables.
        await server.RunJobAsync<DeliverScheduledMessages>();
        // The start may say something before the first probe; between two of them an idle server is silent.
        await NextProbeAsync();
        var (watch, before) = (Stopwatch.StartNew(), await SaidAsync());
        await NextProbeAsync();
        var calm = Since(before, await SaidAsync());
        var seconds = watch.Elapsed.TotalSeconds;

        // Beside it only the delivery of scheduled messages runs often: twice a minute.
        before = await SaidAsync();
        await server.RunJobAsync<DeliverScheduledMessages>();
        var tick = Since(before, await SaidAsync());

        tick.Values.Sum().ShouldBePositive();
        (calm.Values.Sum() * 60 / seconds + 2 * tick.Values.Sum()).ShouldBeLessThan(
            20,
            string.Join('\n', calm.Concat(tick).Select(said => $"{said.Value} x {said.Key}"))
        );

        static Dictionary<string, long> Since(Dictionary<string, long> before, Dictionary<string, long> after) =>
            after
                .Select(said => (said.Key, Value: said.Value - before.GetValueOrDefault(said.Key)))
                .Where(said => said.Value > 0)
                .ToDictionary(said => said.Key, said => said.Value);
    }

    private async Task NextProbeAsync()
    {
        var last = await ProbesAsync();
        await Eventually.HoldsAsync(
            async () =>
            {
                var before = last;
                last = await ProbesAsync();
                return last > before;
            },
            "the next probe of the database"
        );
    }

    /// <summary>
    /// PostgreSQL keeps so many statements of all databases: one that is pushed out starts again from zero, perhaps
    /// with its value in place of $1. Only a count that grows is a probe.
    /// </summary>
    private async Task<long> ProbesAsync()
    {
        var said = await SaidAsync();
        return said.GetValueOrDefault("select $1") + said.GetValueOrDefault("select 1");
    }

    /// <summary>
    /// Statements so far but those of this test, whose pool also resets connections; the server's does not.
    /// </summary>
    private async Task<Dictionary<string, long>> SaidAsync()
    {
        await using var command = server.Database.DataSource.CreateCommand(
            """
            select query, sum(calls)::bigint from pg_stat_statements
            where dbid = (select oid from pg_database where datname = current_database())
              and query not like '%pg_stat_statements%' and query <> 'DISCARD ALL'
            group by query
            """
        );
        await using var reader = await command.ExecuteReaderAsync();
        var said = new Dictionary<string, long>(StringComparer.Ordinal);
        while (await reader.ReadAsync())
            said[reader.GetString(0)] = reader.GetInt64(1);
        return said;
    }

    private Task<long> PooledAsync() =>
        server.QueryAsync<long>(
            $"select count(*) from pg_stat_activity where datname = current_database() and {Pooled}"
        );
}
