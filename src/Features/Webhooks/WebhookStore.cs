using System.Text.Json.Nodes;
using Chatalot.Features.Audit;
using Chatalot.Features.Auth;
using Chatalot.Features.Channels;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Chatalot.Features.Webhooks;

/// <summary>Finds webhooks for those who manage them, and writes changes together with their audit entries.</summary>
internal sealed class WebhookStore(
    NpgsqlDataSource database,
    IDocumentStore documents,
    ChannelAccess access,
    TimeProvider clock
)
{
    /// <summary>Admins and owners of the channel manage its webhooks; they need to be members.</summary>
    /// <exception cref="FailureException">403 for everybody else.</exception>
    public async Task RequireManagerAsync(Guid channelId, Guid userId, CancellationToken ct)
    {
        var standing = await access.FindAsync(channelId, userId, ct);
        if (standing is null || standing.Level < Level.Admin)
            throw Failure.Forbidden.AsException();
    }

    /// <summary>The webhook, for somebody who may manage it.</summary>
    /// <exception cref="FailureException">404 when there is none, else 403.</exception>
    public async Task<WebhookResponse> RequireAsync(Guid webhookId, Guid userId, CancellationToken ct)
    {
        var webhook =
            await database.FirstAsync(
                $"select {WebhookResponse.Columns} from webhooks where id = $1",
                WebhookResponse.From,
                ct,
                webhookId
            ) ?? throw WebhookRules.NotFound.AsException();
        await RequireManagerAsync(webhook.ChannelId, userId, ct);
        return webhook;
    }

    /// <summary>
    /// Runs a statement that changes or deletes one webhook (placeholders <c>$1</c> and so on), and notes in the audit log
    /// who did what to it. Of two who change a webhook at once, the second sees what the first left.
    /// </summary>
    /// <returns>The row as it is stored now, or was last.</returns>
    /// <exception cref="FailureException">404: somebody else deleted it meanwhile.</exception>
    public async Task<WebhookResponse> ChangeAsync(
        string action,
        Guid userId,
        HttpContext context,
        string sql,
        CancellationToken ct,
        params object?[] values
    )
    {
        await using var unit = documents.LightweightSession();
        var connection = await unit.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var stored =
            await connection.FirstAsync($"{sql} returning {WebhookResponse.Columns}", WebhookResponse.From, ct, values)
            ?? throw WebhookRules.NotFound.AsException();
        QueueAudit(unit, action, stored, userId, context);
        await unit.SaveChangesAsync(ct);
        await transaction.CommitAsync(CancellationToken.None);
        return stored;
    }

    /// <summary>
    /// Runs a statement (placeholder <c>?</c>) and notes it in the audit log, after a look in the same transaction, which
    /// may throw a refusal or find nothing to write.
    /// </summary>
    public async Task WriteAsync(
        string action,
        WebhookResponse webhook,
        Guid userId,
        HttpContext context,
        Func<NpgsqlConnection, CancellationToken, Task<bool>> isDue,
        string sql,
        CancellationToken ct,
        params object?[] values
    )
    {
        await using var unit = documents.LightweightSession();
        var connection = await unit.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (!await isDue(connection, ct))
            return;
        unit.QueueSqlCommand(sql, values);
        QueueAudit(unit, action, webhook, userId, context);
        await unit.SaveChangesAsync(ct);
        await transaction.CommitAsync(CancellationToken.None);
    }

    private void QueueAudit(
        IDocumentSession unit,
        string action,
        WebhookResponse webhook,
        Guid userId,
        HttpContext context
    ) =>
        unit.QueueAudit(
            action,
            userId,
            ClientDevice.Of(context).Origin,
            clock.GetUtcNow(),
            new JsonObject
            {
                ["webhook_id"] = webhook.Id.ToString(),
                ["channel_id"] = webhook.ChannelId.ToString(),
                ["name"] = webhook.Name,
            }
        );
}
