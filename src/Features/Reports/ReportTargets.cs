using Chatalot.Features.Channels;
using Chatalot.Features.Files;
using Chatalot.Features.Users;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Reports;

/// <summary>What is reported, as it was at that moment.</summary>
/// <param name="ChannelId">Where it was.</param>
/// <param name="UserId">Whose it was.</param>
internal sealed record ReportTarget(Guid? ChannelId, Guid? UserId);

/// <summary>Finds what somebody reports, if they can see it: otherwise there is no such thing.</summary>
internal sealed class ReportTargets(
    NpgsqlDataSource database,
    ChannelAccess channels,
    Acquaintances acquaintances,
    FileGate files
)
{
    public async Task<ReportTarget> RequireAsync(string type, Guid targetId, Guid reporterId, CancellationToken ct) =>
        type switch
        {
            "message" => await FindMessageAsync(targetId, reporterId, ct),
            "user" => await FindUserAsync(targetId, reporterId, ct),
            _ => await FindFileAsync(targetId, reporterId, ct),
        } ?? throw Failure.NotFound($"{type} not found").AsException();

    private async Task<ReportTarget?> FindMessageAsync(Guid messageId, Guid reporterId, CancellationToken ct)
    {
        // A message that was deleted a moment ago may still be on the reporter's screen.
        var found = await database.FirstAsync(
            "select channel_id, sender_id from messages where id = $1",
            row => new ReportTarget(row.GetGuid(0), row.GetId(1)),
            ct,
            messageId
        );
        return found is not null && await channels.FindAsync(found.ChannelId!.Value, reporterId, ct) is not null
            ? found
            : null;
    }

    private async Task<ReportTarget?> FindUserAsync(Guid userId, Guid reporterId, CancellationToken ct) =>
        await acquaintances.HaveMetAsync(reporterId, userId, ct) ? new ReportTarget(ChannelId: null, userId) : null;

    private async Task<ReportTarget?> FindFileAsync(Guid fileId, Guid reporterId, CancellationToken ct)
    {
        var file = await files.RequireAsync(fileId, reporterId, FileUse.Look, ct);
        return new ReportTarget(file.ChannelId, file.UploaderId);
    }
}
