namespace Chatalot.Features.Channels;

/// <summary>
/// A change as it travels to the other processes on the same database:
/// <c>origin gained|lost user channel,channel,...</c>, <c>origin removed user channel,channel,... kind by</c> or
/// <c>origin altered channel group community user</c>, where <c>*</c> stands for all. At most
/// <see cref="ChannelsPerSignal"/> channels, for a notification holds 8000 bytes.
/// </summary>
internal static class AccessSignal
{
    public const int ChannelsPerSignal = 200;

    public static IEnumerable<string> Write(Guid origin, MembershipChange change) =>
        change
            .ChannelIds.Chunk(ChannelsPerSignal)
            .Select(ids =>
                $"{origin} {Word(change.Kind)} {Write(change.UserId)} {string.Join(',', ids)}"
                + (change.Removal is { } removal ? $" {removal.Kind} {removal.By}" : "")
            );

    public static string Write(Guid origin, AccessScope scope) =>
        $"{origin} altered {Write(scope.ChannelId)} {Write(scope.GroupId)} "
        + $"{Write(scope.CommunityId)} {Write(scope.UserId)}";

    /// <summary>What the signal says. False when it is not one of ours.</summary>
    public static bool TryRead(string payload, out Guid origin, out MembershipChange? change, out AccessScope scope)
    {
        (change, scope) = (null, default);
        var words = payload.Split(' ');
        if (!Guid.TryParse(words[0], out origin))
            return false;
        switch (words)
        {
            case [_, var word, var user, var channels, .. var how]
                when KindOf(word) is { } kind
                    && TryRead(user, out var userId)
                    && TryReadList(channels, out var ids)
                    && TryRead(kind, how, out var removal):
                change = new MembershipChange(kind, ids, userId, removal);
                return true;
            case [_, "altered", var channel, var group, var community, var user]
                when TryRead(channel, out var channelId)
                    && TryRead(group, out var groupId)
                    && TryRead(community, out var communityId)
                    && TryRead(user, out var userId):
                scope = new AccessScope(channelId, groupId, communityId, userId);
                return true;
            default:
                return false;
        }
    }

    private static string Word(MembershipChangeKind kind) =>
        kind switch
        {
            MembershipChangeKind.Gained => "gained",
            MembershipChangeKind.Removed => "removed",
            _ => "lost",
        };

    private static MembershipChangeKind? KindOf(string word) =>
        word switch
        {
            "gained" => MembershipChangeKind.Gained,
            "removed" => MembershipChangeKind.Removed,
            "lost" => MembershipChangeKind.Lost,
            _ => null,
        };

    private static bool TryRead(MembershipChangeKind kind, string[] how, out Removal? removal)
    {
        removal = null;
        if (kind is not MembershipChangeKind.Removed)
            return how.Length == 0;
        if (
            how is not [var word, var by]
            || !Guid.TryParse(by, out var byId)
            || !Enum.TryParse(word, out RemovalKind cause)
        )
            return false;
        removal = new Removal(cause, byId);
        return true;
    }

    private static string Write(Guid? id) => id?.ToString() ?? "*";

    private static bool TryRead(string word, out Guid? id)
    {
        id = Guid.TryParse(word, out var read) ? read : null;
        return id is not null || word == "*";
    }

    private static bool TryReadList(string words, out Guid[] ids)
    {
        var read = words.Split(',');
        ids = new Guid[read.Length];
        for (var i = 0; i < read.Length; i++)
        {
            if (!Guid.TryParse(read[i], out ids[i]))
                return false;
        }
        return true;
    }
}
