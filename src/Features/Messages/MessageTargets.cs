using Chatalot.Features.Frames;
using Chatalot.Shared.Errors;
using Npgsql;

namespace Chatalot.Features.Messages;

/// <summary>Resolves the messages that a new one refers to. Costs a query only when it refers to any.</summary>
public sealed class MessageTargets(NpgsqlDataSource database)
{
    /// <summary>The root of the thread (naming a reply resolves to its root), or why the references are refused.</summary>
    /// <remarks>What the sender may not know of is not found, wherever it is (contract, realtime.md A8).</remarks>
    public async ValueTask<(Guid? ThreadRoot, Failure? Refusal)> ResolveAsync(
        SendMessageFrame frame,
        Guid senderId,
        CancellationToken ct
    )
    {
        if (frame.ReplyTo is null && frame.ThreadId is null)
            return (null, null);
        var found = await LoadAsync(frame, senderId, ct);
        if (frame.ReplyTo is { } replyTo)
        {
            if (!found.TryGetValue(replyTo, out var target))
                return (null, Failure.Validation("replied-to message not found"));
            if (target.ChannelId != frame.ChannelId)
                return (null, Failure.Validation("cannot reply to message from another channel"));
        }
        if (frame.ThreadId is not { } threadId)
            return (null, null);
        if (!found.TryGetValue(threadId, out var root) || !root.IsRootVisible)
            return (null, Failure.Validation("thread root message not found"));
        return root.ChannelId == frame.ChannelId
            ? (root.ThreadId ?? threadId, null)
            : (null, Failure.Validation("thread root must be in the same channel"));
    }

    private async Task<Dictionary<Guid, Target>> LoadAsync(SendMessageFrame frame, Guid senderId, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            $"""
            with target as (
                select m.id, m.channel_id, m.thread_id from messages m
                where m.id in ($1, $2) and {MessageVisibility.Sql} and exists (
                    select from channel_members member where member.channel_id = m.channel_id and member.user_id = $3
                )
            )
            select target.id, target.channel_id, target.thread_id, target.thread_id is null or exists (
                select from messages m where m.id = target.thread_id and {MessageVisibility.Sql}
            )
            from target
            """
        );
        command.Parameters.Add(new() { Value = frame.ReplyTo ?? Guid.Empty });
        command.Parameters.Add(new() { Value = frame.ThreadId ?? Guid.Empty });
        command.Parameters.Add(new() { Value = senderId });
        var found = new Dictionary<Guid, Target>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            found[reader.GetGuid(0)] = new Target(
                reader.GetGuid(1),
                await reader.IsDBNullAsync(2, ct) ? null : reader.GetGuid(2),
                reader.GetBoolean(3)
            );
        }
        return found;
    }

    /// <summary>A message that a new one names; a thread whose root readers may not see takes no more replies.</summary>
    private sealed record Target(Guid ChannelId, Guid? ThreadId, bool IsRootVisible);
}
