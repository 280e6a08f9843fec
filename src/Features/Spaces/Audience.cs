using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Spaces;

/// <summary>
/// Who may know of a space: the people who are told when it changes or goes. Asked in the transaction of the change,
/// before rows go.
/// </summary>
internal static class Audience
{
    /// <summary>
    /// Those who may know of a group: its members, all members of the community when it is public, and the community's
    /// moderators when it is personal.
    /// </summary>
    private const string OfGroup = """
        select user_id from group_members where group_id = $1
        union
        select above.user_id
        from mt_doc_group space
        join community_members above on above.community_id = space.community_id
        where space.id = $1
          and (space.visibility = 'public' or (space.data ->> 'assigned_member_id' is not null and above.role >= 1))
        """;

    /// <summary>The members of a community.</summary>
    public static Task<List<Guid>> OfCommunityAsync(
        NpgsqlConnection connection,
        Guid communityId,
        CancellationToken ct
    ) =>
        connection.ListAsync(
            "select user_id from community_members where community_id = $1",
            row => row.GetGuid(0),
            ct,
            communityId
        );

    /// <inheritdoc cref="OfGroup"/>
    public static Task<List<Guid>> OfGroupAsync(NpgsqlConnection connection, Guid groupId, CancellationToken ct) =>
        connection.ListAsync(OfGroup, row => row.GetGuid(0), ct, groupId);

    /// <summary>The members of a group.</summary>
    public static Task<List<Guid>> OfGroupMembersAsync(
        NpgsqlConnection connection,
        Guid groupId,
        CancellationToken ct
    ) =>
        connection.ListAsync(
            "select user_id from group_members where group_id = $1",
            row => row.GetGuid(0),
            ct,
            groupId
        );

    /// <summary>
    /// Those who may know of a channel: its members; everybody who may know of its group when it is discoverable, else
    /// those who manage the group's channels.
    /// </summary>
    public static Task<List<Guid>> OfChannelAsync(NpgsqlConnection connection, Guid channelId, CancellationToken ct) =>
        connection.ListAsync(
            """
            with channel as (select group_id, discoverable from mt_doc_channel where id = $1)
            select user_id from channel_members where channel_id = $1
            union
            select member.user_id
            from channel
            join group_members member on member.group_id = channel.group_id
            join mt_doc_group space on space.id = channel.group_id
            left join community_members above
                on above.community_id = space.community_id and above.user_id = member.user_id
            where channel.discoverable or member.role >= 2 or above.role >= 2
            union
            select above.user_id
            from channel
            join mt_doc_group space on space.id = channel.group_id
            join community_members above on above.community_id = space.community_id
            where (channel.discoverable and space.visibility = 'public')
               or (space.data ->> 'assigned_member_id' is not null and above.role >= 1)
            """,
            row => row.GetGuid(0),
            ct,
            channelId
        );

    /// <summary>
    /// The one concerned, and those who keep order in the channel: they read the reasons of what was done there.
    /// </summary>
    public static async Task<List<Guid>> OfDisciplineAsync(
        NpgsqlConnection connection,
        Guid channelId,
        Guid concerned,
        CancellationToken ct
    ) =>
        [
            concerned,
            .. await connection.ListAsync(
                """
                select member.user_id
                from channel_members member
                join mt_doc_channel channel on channel.id = member.channel_id
                left join mt_doc_group space on space.id = channel.group_id
                left join group_members in_group on in_group.group_id = space.id and in_group.user_id = member.user_id
                left join community_members above
                    on above.community_id = space.community_id and above.user_id = member.user_id
                where member.channel_id = $1 and member.user_id <> $2
                  and (member.role >= 1 or in_group.role >= 2 or above.role >= 1)
                """,
                row => row.GetGuid(0),
                ct,
                channelId,
                concerned
            ),
        ];
}
