using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Features.Messages;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Npgsql;

namespace Chatalot.Features.Administration;

/// <summary>
/// POST /api/admin/messages/{id}/quarantine: hide a message from everybody and keep it as it is. Whoever has it on the
/// screen is told that it is gone.
/// </summary>
internal sealed class QuarantineMessage(IDocumentSession documents, MessageRemoval removal, TimeProvider clock)
    : Endpoint<QuarantineMessage.Command>
{
    /// <param name="Id">Which.</param>
    public sealed record Command(Guid Id);

    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/admin/messages/{id}/quarantine");
        Policies(InstancePolicy.Operator);
        Summary("Hide a message but keep it", 403, 404);
    }

    /// <inheritdoc/>
    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var hidden = await connection.ListAsync(
            """
            with hidden as (
                update messages set quarantined_at = $2 where id = $1 and quarantined_at is null
                returning channel_id, id
            ),
            noted as (
                insert into message_quarantines (message_id, quarantined_by, quarantined_at)
                select id, $3, $2 from hidden
                on conflict (message_id) do update
                    set quarantined_by = excluded.quarantined_by, quarantined_at = excluded.quarantined_at
            )
            select channel_id, id from hidden
            """,
            row => new RemovedMessage(row.GetGuid(0), row.GetGuid(1)),
            ct,
            command.Id,
            now,
            User.Id()
        );
        if (hidden.Count == 0)
            throw Failure.NotFound("message not found or already quarantined").AsException();
        documents.QueueAudit(
            "admin_quarantine_message",
            User.Id(),
            AuditOrigin.Of(HttpContext),
            now,
            new() { ["message_id"] = command.Id.ToString() }
        );
        await documents.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        removal.Tell(hidden);
        return null;
    }
}

/// <summary>POST /api/admin/messages/{id}/unquarantine: show a message again.</summary>
internal sealed class UnquarantineMessage(IDocumentSession documents, TimeProvider clock)
    : Endpoint<UnquarantineMessage.Command>
{
    /// <param name="Id">Which.</param>
    public sealed record Command(Guid Id);

    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/admin/messages/{id}/unquarantine");
        Policies(InstancePolicy.Operator);
        Summary("Show a quarantined message again", 403, 404);
    }

    /// <inheritdoc/>
    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var shown = await connection.ExecuteAsync(
            """
            with forgotten as (delete from message_quarantines where message_id = $1)
            update messages set quarantined_at = null where id = $1 and quarantined_at is not null
            """,
            ct,
            command.Id
        );
        if (shown == 0)
            throw Failure.NotFound("message not found or not quarantined").AsException();
        documents.QueueAudit(
            "admin_unquarantine_message",
            User.Id(),
            AuditOrigin.Of(HttpContext),
            clock.GetUtcNow(),
            new() { ["message_id"] = command.Id.ToString() }
        );
        await documents.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return null;
    }
}

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
