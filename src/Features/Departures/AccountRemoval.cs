using Chatalot.Features.Accounts;
using Chatalot.Features.Auth;
using Chatalot.Features.Channels;
using Chatalot.Features.Exports;
using Chatalot.Features.Frames;
using Chatalot.Features.Pictures;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Departures;

/// <summary>What a removed account leaves to be told after the commit.</summary>
/// <param name="UserId">Whose account it was.</param>
/// <param name="Spaces">Communities and groups that it was in, and who is there still.</param>
/// <param name="Left">Channels that lost a member.</param>
/// <param name="Closed">Direct messages that went with the account.</param>
/// <param name="Promoted">New owners of channels that the account owned.</param>
/// <param name="Pictures">Addresses of its pictures.</param>
/// <param name="ExportId">Its personal export, if it has one.</param>
/// <param name="Revocation">The end of its logins.</param>
internal sealed record Departure(
    Guid UserId,
    IReadOnlyList<(MemberLeftFrame News, Guid[] Members)> Spaces,
    IReadOnlyList<Guid> Left,
    IReadOnlyList<Guid> Closed,
    IReadOnlyList<(Guid ChannelId, Guid UserId)> Promoted,
    IReadOnlyList<string?> Pictures,
    Guid? ExportId,
    SessionRevocation Revocation
);

/// <summary>
/// Takes an account away with everything that is only theirs. What they wrote and made for others stays, without their
/// name; who wrote more than most does, has no name at once, and the last of their ids goes from their messages a few
/// minutes later (<see cref="RemoveDepartedSenders"/>). Rows of other features go or lose the name by their foreign
/// keys, which a test holds.
/// </summary>
internal sealed class AccountRemoval(
    AccountDirectory accounts,
    SessionRevocations revocations,
    ChannelMembership membership,
    PictureStore pictures,
    ExportArchives exports,
    SpaceNews news
)
{
    private static readonly Failure OwnsGroups = Failure.Validation(
        "you must transfer or delete all groups you own before deleting your account"
    );
    private static readonly Failure OwnsCommunities = Failure.Validation(
        "you must transfer or delete all communities you own before deleting your account"
    );
    private static readonly Failure OwnsInstance = Failure.Validation(
        "the owner of this instance cannot delete their account"
    );

    /// <summary>All that foreign keys take along is touched: reactions, receipts, direct messages.</summary>
    private const int MostSeconds = 600;

    /// <summary>Why the account cannot go yet, or null. Its row must be locked.</summary>
    public static async Task<Failure?> RefusalAsync(NpgsqlConnection connection, User user, CancellationToken ct)
    {
        if (user.IsOwner)
            return OwnsInstance;
        if ((await Ownership.OfAsync(connection, Ownership.Space.Group, user.Id, ct)).Length > 0)
            return OwnsGroups;
        return (await Ownership.OfAsync(connection, Ownership.Space.Community, user.Id, ct)).Length > 0
            ? OwnsCommunities
            : null;
    }

    /// <summary>
    /// Removes the account in the transaction of the unit of work; its row must be locked for update.
    /// </summary>
    public static async Task<Departure> RemoveAsync(
        IDocumentSession documents,
        User user,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var userId = user.Id;
        var connection = await documents.OpenConnectionAsync(ct);
        await connection.ExecuteAsync($"set local statement_timeout = '{MostSeconds}s'", ct);
        var spaces = await FindSpacesAsync(connection, userId, ct);
        var memberships = await connection.ListAsync(
            "delete from channel_members where user_id = $1 returning channel_id, role",
            row => (ChannelId: row.GetGuid(0), Role: row.GetRole(1)),
            ct,
            userId
        );
        Guid[] left = [.. memberships.Select(one => one.ChannelId)];
        Guid[] owned = [.. memberships.Where(one => one.Role is SpaceRole.Owner).Select(one => one.ChannelId)];
        var closed = await CloseDirectMessagesAsync(connection, left, ct);
        var promoted = await PromoteAsync(connection, owned, ct);
        await SenderRemoval.RemoveNextAsync(connection, userId, last: default, ct);
        await SenderRemoval.LeaveToJobAsync(connection, userId, now, ct);
        await ExecuteAsync(
            connection,
            "update mt_doc_channel set data = data - 'created_by' where data ->> 'created_by' = $1::text",
            userId,
            ct
        );
        await ExecuteAsync(
            connection,
            """
            update mt_doc_group set data = data - 'assigned_member_id' where data ->> 'assigned_member_id' = $1::text
            """,
            userId,
            ct
        );
        var exportId = await ExportArchives.ForgetAsync(connection, userId, ct);
        await ExecuteAsync(connection, "delete from mt_doc_user where id = $1", userId, ct);
        AccountDirectory.QueueChanged(documents, userId);
        var revocation = SessionRevocations.QueueRevokeAll(documents, userId, now);
        return new(
            userId,
            spaces,
            [.. left.Except(closed)],
            closed,
            promoted,
            [user.AvatarUrl, user.BannerUrl, user.VoiceBackgroundUrl],
            exportId,
            revocation
        );
    }

    /// <summary>
    /// Tells everybody, after the commit: tokens and sockets end, channels lose the member and their keys, pictures and
    /// archive go.
    /// </summary>
    public async Task AnnounceAsync(Departure departure)
    {
        accounts.Invalidate(departure.UserId);
        revocations.Announce(departure.Revocation);
        foreach (var channelId in departure.Closed)
            news.TellSubscribers(channelId, new ChannelDeletedFrame(channelId));
        await membership.ClosedAsync(departure.Closed);
        await membership.LostAsync(departure.Left, departure.UserId);
        foreach (var channelId in departure.Left)
            news.TellSubscribers(
                channelId,
                new MemberLeftFrame(CommunityId: null, GroupId: null, channelId, departure.UserId)
            );
        foreach (var (left, members) in departure.Spaces)
            news.TellPeople(members, left);
        foreach (var (channelId, userId) in departure.Promoted)
            await membership.ChannelRoleChangedAsync(channelId, userId);
        foreach (var address in departure.Pictures)
            await pictures.DeleteAsync(PictureFolder.Avatars, address, departure.UserId);
        if (departure.ExportId is { } exportId)
            await exports.DeleteAsync(exportId);
    }

    private static Task<List<(MemberLeftFrame, Guid[])>> FindSpacesAsync(
        NpgsqlConnection connection,
        Guid userId,
        CancellationToken ct
    ) =>
        connection.ListAsync(
            """
            select community_id, null::uuid, array(
                select user_id from community_members where community_id = own.community_id and user_id <> $1
            )
            from community_members own where user_id = $1
            union all
            select null, group_id, array(
                select user_id from group_members where group_id = own.group_id and user_id <> $1
            )
            from group_members own where user_id = $1
            """,
            row =>
                (
                    new MemberLeftFrame(row.GetId(0), row.GetId(1), ChannelId: null, userId),
                    row.GetFieldValue<Guid[]>(2)
                ),
            ct,
            userId
        );

    /// <summary>A direct message with nobody at the other end is dead.</summary>
    private static async Task<List<Guid>> CloseDirectMessagesAsync(
        NpgsqlConnection connection,
        Guid[] channels,
        CancellationToken ct
    )
    {
        var closed = await connection.ListAsync(
            "delete from mt_doc_channel where id = any($1) and data ->> 'type' = 'dm' returning id",
            row => row.GetGuid(0),
            ct,
            channels
        );
        await ExecuteAsync(connection, "delete from messages where channel_id = any($1)", closed.ToArray(), ct);
        return closed;
    }

    /// <summary>
    /// What the account owned goes to the member of highest rank, of these the oldest. Channels that had no owner
    /// before stay without one: nobody comes into one because somebody else left.
    /// </summary>
    private static Task<List<(Guid, Guid)>> PromoteAsync(
        NpgsqlConnection connection,
        Guid[] channels,
        CancellationToken ct
    ) =>
        connection.ListAsync(
            """
            update channel_members member set role = 3
            from (
                select distinct on (channel_id) channel_id, user_id from channel_members candidate
                where channel_id = any($1)
                  and not exists (select from channel_members where channel_id = candidate.channel_id and role = 3)
                order by channel_id, role desc, joined_at, user_id
            ) heir
            where member.channel_id = heir.channel_id and member.user_id = heir.user_id
            returning member.channel_id, member.user_id
            """,
            row => (row.GetGuid(0), row.GetGuid(1)),
            ct,
            channels
        );

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, object value, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = MostSeconds };
        command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync(ct);
    }
}
