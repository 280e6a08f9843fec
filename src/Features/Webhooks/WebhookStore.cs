using System.Text.Json.Nodes;
using Chatalot.Features.Audit;
using Chatalot.Features.Auth;
using Chatalot.Features.Channels;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Errors;
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

    /// <summary>Runs a statement (placeholder <c>?</c>) and notes in the audit log who did what to which webhook.</summary>
    /// <exception cref="FailureException">404: somebody else deleted it meanwhile.</exception>
    public Task WriteAsync(
        string action,
        WebhookResponse webhook,
        Guid userId,
        HttpContext context,
        string sql,
        CancellationToken ct,
        params object?[] values
    ) =>
        WriteAsync(
            action,
            webhook,
            userId,
            context,
            (connection, stop) => LockAsync(connection, webhook.Id, stop),
            sql,
            ct,
            values
        );

    /// <summary>The same after a look in the same transaction, which may throw a refusal or find nothing to write.</summary>
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
        await unit.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>Of two who change a webhook at once, the second sees what the first left, which may be nothing.</summary>
    private static async Task<bool> LockAsync(NpgsqlConnection connection, Guid webhookId, CancellationToken ct)
    {
        var isThere = await connection.FirstAsync(
            "select true from webhooks where id = $1 for update",
            row => row.GetBoolean(0),
            ct,
            webhookId
        );
        return isThere ? true : throw WebhookRules.NotFound.AsException();
    }
}
