using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Administration;

/// <summary>GET /api/admin/messages/quarantined: what is hidden, last hidden first.</summary>
internal sealed class ListQuarantinedMessages(NpgsqlDataSource database)
    : Endpoint<ListQuarantinedMessages.Query, IReadOnlyList<ListQuarantinedMessages.QuarantinedMessage>>
{
    /// <param name="Page">From 1.</param>
    /// <param name="PerPage">1 to 100, default 50.</param>
    public sealed record Query(int? Page, int? PerPage);

    /// <summary>A hidden message, without its content.</summary>
    public sealed record QuarantinedMessage(
        Guid Id,
        Guid ChannelId,
        Guid? SenderId,
        string MessageType,
        DateTimeOffset CreatedAt,
        DateTimeOffset QuarantinedAt,
        Guid? QuarantinedBy
    );

    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/admin/messages/quarantined");
        Policies(InstancePolicy.Operator);
        Summary("List quarantined messages", 403);
    }

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<QuarantinedMessage>> ExecuteAsync(Query query, CancellationToken ct)
    {
        var page = NumberedPage.Of(query.Page, query.PerPage);
        return await database.ListAsync(
            """
            select m.id, m.channel_id, m.sender_id, m.message_type, m.created_at, q.quarantined_at, q.quarantined_by
            from message_quarantines q join messages m on m.id = q.message_id and m.quarantined_at is not null
            order by q.quarantined_at desc, q.message_id limit $1 offset $2
            """,
            row => new QuarantinedMessage(
                row.GetGuid(0),
                row.GetGuid(1),
                row.GetId(2),
                row.GetString(3),
                row.GetFieldValue<DateTimeOffset>(4),
                row.GetFieldValue<DateTimeOffset>(5),
                row.GetId(6)
            ),
            ct,
            page.PerPage,
            page.Offset
        );
    }
}
