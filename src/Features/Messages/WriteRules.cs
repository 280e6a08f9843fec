using Chatalot.Features.Channels;
using Chatalot.Features.Users;
using Chatalot.Shared.Errors;

namespace Chatalot.Features.Messages;

/// <summary>What a member does to a channel.</summary>
public enum WriteKind
{
    /// <summary>A message, a poll.</summary>
    Post,

    /// <summary>Other words for one's own message.</summary>
    Edit,

    /// <summary>One's own message goes. Neither timeouts nor read-only channels stand against it.</summary>
    DeleteOwn,

    /// <summary>
    /// A reaction or a vote. Read-only channels are open for it: those who may only read may still nod.
    /// </summary>
    React,

    /// <summary>The news that one is typing.</summary>
    Type,

    /// <summary>A place in the channel's call. Read-only channels are open for it.</summary>
    Talk,
}

/// <summary>
/// The one rule for everything that members write (contract, realtime.md 14 with its correction A5): archived channels
/// take nothing, read-only ones no words, and between two people of whom one has blocked the other nothing
/// passes.
/// </summary>
public sealed class WriteRules(DirectChannels directs, BlockDirectory blocks, TimeProvider clock)
{
    /// <summary>The refusal of everything in an archived channel.</summary>
    internal static readonly Failure Archived = new(403, "archived", "this channel is archived");

    private static readonly Failure ReadOnly = new(403, "read_only", "this channel is read-only");
    private static readonly Failure Blocked = new(403, "blocked", "cannot send messages to this user");
    private static readonly Failure Strangers = new(403, "forbidden", "you no longer share a community with this user");

    /// <summary>
    /// Why the member may not do this here now, or null when they may. From memory while nothing changed.
    /// </summary>
    public ValueTask<Failure?> CheckAsync(
        ChannelStanding standing,
        Guid userId,
        WriteKind kind,
        CancellationToken ct
    ) =>
        standing.Channel.Type is ChannelType.Dm
            ? new(CheckDirectAsync(standing.Channel.Id, userId, kind, ct))
            : new(CheckChannel(standing, kind) ?? CheckTimeout(standing, kind, clock.GetUtcNow()));

    /// <summary>What the state of the channel says, direct messages apart.</summary>
    public static Failure? CheckChannel(ChannelStanding standing, WriteKind kind) =>
        standing.Channel.Archived ? Archived
        : standing.Channel.ReadOnly
        && standing.Level < PostingRules.PrivilegedLevel
        && kind is not (WriteKind.DeleteOwn or WriteKind.React or WriteKind.Talk)
            ? ReadOnly
        : null;

    /// <summary>What a timeout of the member says; it binds no moderators.</summary>
    public static Failure? CheckTimeout(ChannelStanding standing, WriteKind kind, DateTimeOffset now) =>
        kind is not (WriteKind.DeleteOwn or WriteKind.Type) && standing.SecondsTimedOut(now) is > 0 and var seconds
            ? new Failure(403, "timed_out", $"you are timed out for {seconds} more seconds")
            : null;

    private async Task<Failure?> CheckDirectAsync(Guid channelId, Guid userId, WriteKind kind, CancellationToken ct)
    {
        if (kind is WriteKind.DeleteOwn)
            return null;
        if (await directs.FindAsync(channelId, ct) is not { } direct || direct.PeerOf(userId) is not { } peerId)
            return Strangers;
        if (await blocks.IsBetweenAsync(userId, peerId, ct))
            return Blocked;
        return kind is WriteKind.Post && !direct.MayWrite ? Strangers : null;
    }
}
