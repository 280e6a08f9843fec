using System.Threading.Channels;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Chatalot.Shared.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Chatalot.Features.Exports;

/// <summary>
/// Makes archives in the background, one at a time. Several processes share the work by row locks; what a process left
/// behind when it died is taken up again when somebody asks the next time, or by the hourly job.
/// </summary>
internal sealed partial class ExportWorker(
    NpgsqlDataSource database,
    [FromKeyedServices(DatabaseSource.Lookups)] NpgsqlDataSource lookups,
    ExportWriter writer,
    Drafts drafts,
    IBlobStorage storage,
    TimeProvider clock,
    ILogger<ExportWorker> logger
) : BackgroundService
{
    private static readonly TimeSpan Abandoned = TimeSpan.FromMinutes(15);

    private readonly Channel<bool> wakes = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );

    /// <summary>Something waits.</summary>
    public void Wake() => wakes.Writer.TryWrite(true);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var _ in wakes.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                while (await ClaimAsync(stoppingToken) is { } claim)
                    await MakeAsync(claim, stoppingToken);
            }
            catch (Exception failure) when (failure is NpgsqlException or TimeoutException)
            {
                LogInterrupted(failure.Message);
            }
        }
    }

    private Task<Claim?> ClaimAsync(CancellationToken ct) =>
        database.FirstAsync(
            """
            update personal_exports set state = 'running', progress = 0, touched_at = $1
            where user_id = (
                select user_id from personal_exports
                where state = 'waiting' or (state = 'running' and touched_at < $2)
                order by requested_at limit 1 for update skip locked
            )
            returning id, user_id
            """,
            row => new Claim(row.GetGuid(0), row.GetGuid(1)),
            ct,
            clock.GetUtcNow(),
            clock.GetUtcNow() - Abandoned
        );

    private async Task MakeAsync(Claim claim, CancellationToken ct)
    {
        try
        {
            await using var draft = drafts.Create();
            await writer.WriteAsync(claim.UserId, draft.Stream, percent => TouchAsync(claim, percent, ct), ct);
            var length = draft.Stream.Length;
            await storage.StoreAsync(ExportArchive.KeyOf(claim.ExportId), draft, ct);
            await FinishAsync(claim, length, ct);
            LogReady(claim.ExportId, length);
        }
        catch (Exception failure)
            when (failure is IOException or UnauthorizedAccessException or PostgresException or FailureException)
        {
            LogFailed(failure, claim.ExportId);
            await database.ExecuteAsync(
                "update personal_exports set state = 'failed', touched_at = $2 where id = $1 and state = 'running'",
                ct,
                claim.ExportId,
                clock.GetUtcNow()
            );
        }
    }

    /// <summary>
    /// Says how far it is, and that somebody is at it: what nobody touches is taken for abandoned. Past the pool, of
    /// which the writer holds a connection meanwhile.
    /// </summary>
    private async Task TouchAsync(Claim claim, int percent, CancellationToken ct) =>
        await lookups.ExecuteAsync(
            "update personal_exports set progress = $2, touched_at = $3 where id = $1 and state = 'running'",
            ct,
            claim.ExportId,
            percent,
            clock.GetUtcNow()
        );

    private async Task FinishAsync(Claim claim, long length, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var finished = await database.ExecuteAsync(
            """
            update personal_exports
            set state = 'ready', progress = 100, size_bytes = $2, touched_at = $3, expires_at = $4
            where id = $1 and state = 'running'
            """,
            ct,
            claim.ExportId,
            length,
            now,
            now + ExportArchive.Lifetime
        );
        // The account went meanwhile, and its archive with it.
        if (finished == 0)
            await storage.DeleteAsync(ExportArchive.KeyOf(claim.ExportId), ct);
    }

    [LoggerMessage(
        EventName = "PersonalExportReady",
        Level = LogLevel.Information,
        Message = "Personal export {ExportId} is ready, {Bytes} bytes"
    )]
    private partial void LogReady(Guid exportId, long bytes);

    [LoggerMessage(
        EventName = "PersonalExportFailed",
        Level = LogLevel.Error,
        Message = "Personal export {ExportId} could not be made"
    )]
    private partial void LogFailed(Exception failure, Guid exportId);

    [LoggerMessage(
        EventName = "PersonalExportsInterrupted",
        Level = LogLevel.Warning,
        Message = "Personal exports wait until they are asked for again: {Reason}"
    )]
    private partial void LogInterrupted(string reason);

    private sealed record Claim(Guid ExportId, Guid UserId);
}
