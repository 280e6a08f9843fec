using Chatalot.Shared.Scheduling;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Chatalot.Features.Maintenance;

/// <summary>Daily: forgets runs older than 90 days and sums up the last day in one line.</summary>
public sealed partial class PruneMaintenanceRuns(
    Sweep sweep,
    NpgsqlDataSource database,
    MaintenanceOptions options,
    TimeProvider clock,
    ILogger<PruneMaintenanceRuns> logger
) : IInvocable, ICancellableInvocable
{
    /// <inheritdoc/>
    public CancellationToken CancellationToken { get; set; }

    /// <inheritdoc/>
    public async Task Invoke()
    {
        var now = clock.GetUtcNow();
        await sweep.DeleteAsync("maintenance_runs", "started_at < $1", CancellationToken, now - options.RunHistory);
        await using var command = database.CreateCommand(
            """
            select count(distinct job), coalesce(sum(items), 0)::bigint, count(*) filter (where outcome = 'failed')
            from maintenance_runs where started_at > $1
            """
        );
        command.Parameters.Add(new() { Value = now.AddDays(-1) });
        await using var row = await command.ExecuteReaderAsync(CancellationToken);
        await row.ReadAsync(CancellationToken);
        var (jobs, items, failures) = (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2));
        LogDay(jobs, items, failures);
    }

    [LoggerMessage(
        EventName = "MaintenanceDay",
        Level = LogLevel.Information,
        Message = "Maintenance of the last 24 hours: {Jobs} jobs ran, {Items} items cleaned up, {Failures} runs failed"
    )]
    private partial void LogDay(long jobs, long items, long failures);
}
