using System.Text.Json.Nodes;
using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Features.Messages;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;

namespace Chatalot.Features.Administration;

/// <summary>POST /api/admin/purge/message/{id}: remove one message for good.</summary>
internal sealed class PurgeMessage(IDocumentSession documents, MessagePurge purge)
    : Endpoint<PurgeMessage.Command, PurgeResponse>
{
    /// <param name="Id">Which.</param>
    /// <param name="BlockHashes">Taken for the sake of the other purges; a message has no files of its own.</param>
    public sealed record Command(Guid Id, bool? BlockHashes);

    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/admin/purge/message/{id}");
        Policies(InstancePolicy.Operator);
        Summary("Remove a message for good", 403, 404);
    }

    /// <inheritdoc/>
    public override async Task<PurgeResponse> ExecuteAsync(Command command, CancellationToken ct)
    {
        var removed = await purge.RemoveAsync(documents, "m.id = $1", command.Id, Entry, ct);
        return new(removed.Count, FilesDeleted: 0, HashesBlocked: 0);

        PurgeEntry Entry(List<RemovedMessage> gone) =>
            gone.Count == 0
                ? throw Failure.NotFound("message not found").AsException()
                : new(
                    "admin_purge_message",
                    User.Id(),
                    AuditOrigin.Of(HttpContext),
                    new JsonObject
                    {
                        ["message_id"] = command.Id.ToString(),
                        ["channel_id"] = gone[0].ChannelId.ToString(),
                        ["block_hashes"] = command.BlockHashes == true,
                    }
                );
    }
}

/// <summary>
/// POST /api/admin/purge/user/{id}/messages: remove everything that somebody wrote, everywhere. Of people below the
/// operator, or the operator's own.
/// </summary>
internal sealed class PurgeUserMessages(IDocumentSession documents, MessagePurge purge)
    : Endpoint<PurgeUserMessages.Command, PurgeResponse>
{
    /// <param name="Id">Whose messages.</param>
    /// <param name="BlockHashes">Whether the checksums of their files are blocked.</param>
    public sealed record Command(Guid Id, bool? BlockHashes);

    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/admin/purge/user/{id}/messages");
        Policies(InstancePolicy.Operator);
        Summary("Remove all messages of an account for good", 403);
    }

    /// <inheritdoc/>
    public override async Task<PurgeResponse> ExecuteAsync(Command command, CancellationToken ct)
    {
        await RequireRankAsync(command.Id, ct);
        var removed = await purge.RemoveAsync(
            documents,
            "m.sender_id = $1",
            command.Id,
            gone =>
                new(
                    "admin_purge_user_messages",
                    User.Id(),
                    AuditOrigin.Of(HttpContext),
                    new JsonObject
                    {
                        ["target_user_id"] = command.Id.ToString(),
                        ["messages_deleted"] = gone.Count,
                        ["files_deleted"] = 0,
                        ["hashes_blocked"] = 0,
                    }
                ),
            ct
        );
        return new(removed.Count, FilesDeleted: 0, HashesBlocked: 0);
    }

    private async Task RequireRankAsync(Guid targetId, CancellationToken ct)
    {
        if (targetId == User.Id())
            return;
        var found = await documents.LoadManyAsync<User>(ct, User.Id(), targetId);
        var actor = found.FirstOrDefault(user => user.Id == User.Id()) ?? throw Failure.Unauthorized.AsException();
        var target = found.FirstOrDefault(user => user.Id == targetId);
        if (target is not null && RankRules.CheckOutranks(actor, target) is { } refusal)
            throw refusal.AsException();
    }
}

/// <summary>POST /api/admin/purge/channel/{id}: remove all messages of a channel for good.</summary>
internal sealed class PurgeChannel(IDocumentSession documents, MessagePurge purge)
    : Endpoint<PurgeChannel.Command, PurgeResponse>
{
    /// <param name="Id">Which channel.</param>
    /// <param name="BlockHashes">Whether the checksums of its files are blocked.</param>
    public sealed record Command(Guid Id, bool? BlockHashes);

    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/admin/purge/channel/{id}");
        Policies(InstancePolicy.Operator);
        Summary("Remove all messages of a channel for good", 403);
    }

    /// <inheritdoc/>
    public override async Task<PurgeResponse> ExecuteAsync(Command command, CancellationToken ct)
    {
        var removed = await purge.RemoveAsync(
            documents,
            "m.channel_id = $1",
            command.Id,
            gone =>
                new(
                    "admin_purge_channel",
                    User.Id(),
                    AuditOrigin.Of(HttpContext),
                    new JsonObject
                    {
                        ["channel_id"] = command.Id.ToString(),
                        ["messages_deleted"] = gone.Count,
                        ["files_deleted"] = 0,
                        ["hashes_blocked"] = 0,
                    }
                ),
            ct
        );
        return new(removed.Count, FilesDeleted: 0, HashesBlocked: 0);
    }
}
