using Chatalot.Shared.Postgres;
using Chatalot.Shared.Scheduling;
using Chatalot.Shared.Storage;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Chatalot.Features.Exports;

/// <summary>Hourly: deletes archives that nobody fetched within a day.</summary>
public sealed partial class ExpireExports(
    NpgsqlDataSource database,
    IBlobStorage storage,
    TimeProvider clock,
    ILogger<ExpireExports> logger
) : IInvocable, ICancellableInvocable
{
    /// <inheritdoc/>
    public CancellationToken CancellationToken { get; set; }

    /// <inheritdoc/>
    public async Task Invoke()
    {
        var expired = await database.ListAsync(
            """
            update personal_exports set state = 'expired', touched_at = $1
            where state = 'ready' and expires_at <= $1 returning id
            """,
            row => row.GetGuid(0),
            CancellationToken,
            clock.GetUtcNow()
        );
        foreach (var exportId in expired)
            await storage.DeleteAsync(ExportArchive.KeyOf(exportId), CancellationToken);
        if (expired.Count > 0)
            LogExpired(expired.Count);
    }

    [LoggerMessage(
        EventName = "PersonalExportsExpired",
        Level = LogLevel.Information,
        Message = "Deleted {Count} personal exports that nobody fetched"
    )]
    private partial void LogExpired(int count);
}
