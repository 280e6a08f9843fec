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
    public async Task G63_Given_an_idle_server_Then_the_database_hears_little_from_it()
    {
        const string statements = """
            select coalesce(sum(calls), 0)::bigint from pg_stat_statements
            where dbid = (select oid from pg_database where datname = current_database())
              and query not like '%pg_stat_statements%'
            """;
        const int seconds = 10;
        await Eventually.HoldsAsync(
            async () =>
            {
                var before = await server.QueryAsync<long>(statements);
                await Task.Delay(TimeSpan.FromSeconds(seconds));
                return (await server.QueryAsync<long>(statements) - before) * 60 / seconds <= 30;
            },
            "the start is over and fewer than thirty statements a minute come, health probes included"
        );
    }

    private Task<long> PooledAsync() =>
        server.QueryAsync<long>(
            $"select count(*) from pg_stat_activity where datname = current_database() and {Pooled}"
        );
}
