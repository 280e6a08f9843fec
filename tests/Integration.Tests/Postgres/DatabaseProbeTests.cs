using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Shared.Postgres;

namespace Chatalot.Integration.Tests.Postgres;

public sealed class DatabaseProbeTests : IAsyncLifetime
{
    private const string Kept =
        "from pg_stat_activity where datname = current_database() and application_name like '%health'";

    private TestDatabase database = null!;

    public async Task InitializeAsync() => database = await TestDatabase.CreateEmptyAsync();

    public async Task DisposeAsync() => await database.DisposeAsync();

    [Fact]
    public async Task Given_a_kept_connection_that_was_ended_Then_a_fresh_one_decides_and_is_kept_in_its_place()
    {
        var options = new DatabaseOptions { ConnectionString = database.ConnectionString };
        using var probe = new DatabaseProbe(options, TimeProvider.System);
        (await probe.AskAsync()).ShouldBeNull();
        (await probe.AskAsync()).ShouldBeNull();
        var first = await ProcessAsync();
        await AskDatabaseAsync<bool>($"select pg_terminate_backend(pid) {Kept}");

        (await probe.AskAsync()).ShouldBeNull();

        (await ProcessAsync()).ShouldNotBe(first);
    }

    /// <summary>The only connection of the probe, by the number of its process.</summary>
    private Task<int> ProcessAsync() => AskDatabaseAsync<int>($"select max(pid) {Kept}");

    private async Task<T> AskDatabaseAsync<T>(string sql)
    {
        await using var command = database.DataSource.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }
}
