using Npgsql;

namespace Chatalot.Integration.Tests.Infrastructure;

/// <summary>
/// What somebody else is doing at the same moment: statements whose transaction is still open, so that a test, and not
/// chance, says who comes first.
/// </summary>
internal sealed class HeldTransaction : IAsyncDisposable
{
    private readonly NpgsqlDataSource database;
    private readonly NpgsqlConnection connection;
    private readonly NpgsqlTransaction transaction;

    private HeldTransaction(NpgsqlDataSource database, NpgsqlConnection connection, NpgsqlTransaction transaction)
    {
        this.database = database;
        this.connection = connection;
        this.transaction = transaction;
    }

    /// <summary>Runs the statements and holds their locks.</summary>
    public static async Task<HeldTransaction> BeginAsync(NpgsqlDataSource database, string sql)
    {
        var connection = await database.OpenConnectionAsync();
        var held = new HeldTransaction(database, connection, await connection.BeginTransactionAsync());
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
        return held;
    }

    /// <summary>
    /// Makes a call that has to wait for these locks, and commits once it does. The result is the call's.
    /// </summary>
    public async Task<T> CommitUnderAsync<T>(Func<Task<T>> call)
    {
        var waiting = call();
        await Eventually.HoldsAsync(async () => waiting.IsCompleted || await IsSomebodyWaitingAsync(), "a call waits");
        waiting.IsCompleted.ShouldBeFalse("the call did not wait");
        await transaction.CommitAsync();
        return await waiting;
    }

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }

    private async Task<bool> IsSomebodyWaitingAsync()
    {
        await using var command = database.CreateCommand(
            """
            select exists (
                select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')
            """
        );
        return await command.ExecuteScalarAsync() is true;
    }
}
