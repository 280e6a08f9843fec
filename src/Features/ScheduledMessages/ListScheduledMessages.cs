using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.ScheduledMessages;

/// <summary>
/// GET /api/messages/scheduled: the caller's messages that wait, the soonest first; with <c>include_failed=true</c>
/// also those of the last week that could not be posted, with the reason.
/// </summary>
internal sealed class ListScheduledMessages(NpgsqlDataSource database)
    : Endpoint<ListScheduledMessages.Query, IReadOnlyList<ScheduledMessageResponse>>
{
    private const int Most = 200;

    public sealed record Query(bool? IncludeFailed);

    public override void Configure()
    {
        Get("/api/messages/scheduled");
        Summary("List the caller's scheduled messages, soonest first");
    }

    public override async Task<IReadOnlyList<ScheduledMessageResponse>> ExecuteAsync(
        Query query,
        CancellationToken ct
    ) =>
        await database.ListAsync(
            $"""
            select {ScheduledMessageResponse.Columns} from scheduled_messages
            where user_id = $1 and ($2 or failed_at is null) order by scheduled_for, id limit {Most}
            """,
            ScheduledMessageResponse.From,
            ct,
            User.Id(),
            query.IncludeFailed == true
        );
}
