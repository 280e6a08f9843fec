using Chatalot.Shared.Scheduling;
using Npgsql;

namespace Chatalot.Features.Maintenance;

/// <summary>
/// Deletes what is too old in batches, each a short transaction of its own, so that nobody who writes to the table
/// waits for a clean-up. A batch that takes longer than a statement may (30 s) fails alone; what came before it stays
/// done.
/// </summary>
public sealed class Sweep(NpgsqlDataSource database, JobReport report)
{
    /// <summary>Rows of a batch.</summary>
    public const int BatchSize = 5000;

    /// <summary>
    /// Deletes all rows for which the condition holds; rows that somebody else has locked wait for the next run.
    /// </summary>
    /// <param name="table">The table; a name of this code, never input.</param>
    /// <param name="condition">SQL over the table's columns with <c>$1</c>, <c>$2</c>, ...</param>
    /// <param name="ct">Stops between batches.</param>
    /// <param name="values">Values of the condition.</param>
    /// <returns>How many rows are gone; also added to the run's report.</returns>
    public async Task<long> DeleteAsync(string table, string condition, CancellationToken ct, params object[] values)
    {
        var sql = $"""
            delete from {table} where ctid = any (array(
                select ctid from {table} where {condition} limit {BatchSize} for update skip locked
            ))
            """;
        long total = 0;
        while (true)
        {
            var removed = await ExecuteAsync(sql, ct, values);
            total += removed;
            report.Items += removed;
            if (removed < BatchSize)
                return total;
        }
    }

    /// <summary>One statement; the result is the number of rows it touched.</summary>
    public async Task<int> ExecuteAsync(string sql, CancellationToken ct, params object[] values)
    {
        await using var command = database.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        return await command.ExecuteNonQueryAsync(ct);
    }
}
