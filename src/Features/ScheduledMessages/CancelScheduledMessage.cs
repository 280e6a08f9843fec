using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.ScheduledMessages;

/// <summary>
/// DELETE /api/messages/scheduled/{scheduled_id}: do not post it after all, or forget one that failed. Own ones only.
/// What is cancelled is never posted: the post removes the same row.
/// </summary>
internal sealed class CancelScheduledMessage(NpgsqlDataSource database) : Endpoint<CancelScheduledMessage.Command>
{
    public sealed record Command(Guid ScheduledId);

    public override void Configure()
    {
        Delete("/api/messages/scheduled/{scheduled_id}");
        Summary("Cancel a scheduled message", 404);
    }

    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        var removed = await database.ExecuteAsync(
            "delete from scheduled_messages where id = $1 and user_id = $2",
            ct,
            command.ScheduledId,
            User.Id()
        );
        return removed > 0 ? null : throw Failure.NotFound("scheduled message not found").AsException();
    }
}
