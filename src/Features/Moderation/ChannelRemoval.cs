using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Chatalot.Features.Moderation;

/// <summary>What a kick and a ban from a channel have in common: who may, and what the person loses.</summary>
internal sealed class ChannelRemoval(
    ChannelGate channels,
    NpgsqlDataSource database,
    ChannelMembership membership,
    TimeProvider clock
)
{
    private static readonly Failure NoMember = Failure.NotFound("member not found");

    /// <summary>Ends the membership, and what <paramref name="alongside"/> adds, in one transaction.</summary>
    public async Task RemoveAsync(
        HttpContext request,
        Act act,
        RemovalKind kind,
        Func<NpgsqlConnection, Task>? alongside,
        CancellationToken ct
    )
    {
        var (channelId, targetId) = (act.ChannelId!.Value, act.TargetId!.Value);
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await connection.LockMembershipsAsync(targetId, ct);
        // Whoever joins meanwhile waits, and then finds the ban.
        await connection.ExecuteAsync("select from mt_doc_channel where id = $1 for no key update", ct, channelId);
        var actor = await channels.FindAsync(connection, channelId, request.User.Id(), ct);
        if (actor.RefusalTo(ChannelAction.RemoveMember) is { } refusal)
            throw refusal.AsException();
        var target = await channels.FindOtherAsync(connection, channelId, targetId, ct);
        if (Refusal(actor, target) is { } protectedBy)
            throw protectedBy.AsException();

        if (alongside is not null)
            await alongside(connection);
        await connection.ExecuteAsync(
            "delete from channel_members where channel_id = $1 and user_id = $2",
            ct,
            channelId,
            targetId
        );
        await (act with { CommunityId = actor.Channel.CommunityId }).RecordAsync(
            connection,
            request,
            clock.GetUtcNow(),
            ct
        );
        await transaction.CommitAsync(CancellationToken.None);

        await membership.RemovedAsync([channelId], targetId, new Removal(kind, request.User.Id()));
    }

    /// <summary>
    /// Only members are removed, by those who outrank them; nobody removes a standalone channel's owner.
    /// </summary>
    internal static Failure? Refusal(ChannelRelation actor, ChannelRelation target) =>
        target.Level is not { } level ? NoMember
        : !Level.Outranks(actor.Authority, level) ? Failure.Forbidden
        : target.Row is SpaceRole.Owner && target.Group is null
            ? Failure.Validation("the owner cannot be removed; transfer ownership first")
        : null;
}
