using Chatalot.Features.Spaces;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;

namespace Chatalot.Features.Channels;

/// <summary>What every way to create a channel has in common: its words and its rows.</summary>
internal static class ChannelCreation
{
    public const string InvalidType = "invalid channel type";
    public const string InvalidName = "channel name must be 1-64 characters";
    public const string InvalidTopic = "topic must be at most 512 characters";
    public const int ChannelsPerGroup = 100;

    /// <summary>
    /// The type of a new channel, or null for any other word: direct messages are not created by hand.
    /// </summary>
    public static ChannelType? ParseType(string? word) =>
        word switch
        {
            "text" => ChannelType.Text,
            "voice" => ChannelType.Voice,
            "gallery" => ChannelType.Gallery,
            _ => null,
        };

    /// <summary>Queues the channel with its owner as first member.</summary>
    public static void InsertWithOwner(this IDocumentSession documents, Channel channel, Guid ownerId)
    {
        documents.Insert(channel);
        documents.QueueSqlCommand(
            "insert into channel_members (channel_id, user_id, role, joined_at) values (?, ?, 3, ?)",
            channel.Id,
            ownerId,
            channel.CreatedAt
        );
    }

    /// <summary>Queues rows for every member of the channel's group who has none yet.</summary>
    public static void AddGroupMembers(this IDocumentSession documents, Channel channel) =>
        documents.QueueSqlCommand(
            """
            insert into channel_members (channel_id, user_id, role, joined_at)
            select ?, user_id, 0, ? from group_members where group_id = ?
            on conflict do nothing
            """,
            channel.Id,
            channel.CreatedAt,
            channel.GroupId
        );

    /// <summary>
    /// Creates a channel of a group, for all of its members, in one transaction. Whoever joins the group meanwhile
    /// waits for it and then finds the channel; so does whoever creates another one, so that the limit holds. The right
    /// to do so is asked for once more under that lock: whoever is being removed must not come to own a channel.
    /// </summary>
    /// <returns>Those who may know of the channel.</returns>
    /// <exception cref="FailureException">
    /// The group is full of channels or was deleted meanwhile, or the owner may create none in it any more.
    /// </exception>
    public static async Task<List<Guid>> CreateInGroupAsync(
        this IDocumentSession documents,
        GroupGate groups,
        Channel channel,
        Guid ownerId,
        CancellationToken ct
    )
    {
        var groupId = channel.GroupId!.Value;
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await Ownership.LockAsync(connection, Ownership.Space.Group, groupId, ct);
        var standing = await groups.FindAsync(connection, groupId, ownerId, ct);
        if (standing.Refusal(GroupAction.ManageChannels) is { } refusal)
            throw refusal.AsException();
        var channels = await connection.FirstAsync(
            "select count(*) from mt_doc_channel where group_id = $1",
            row => row.GetInt64(0),
            ct,
            groupId
        );
        if (channels >= ChannelsPerGroup)
            throw Failure.Validation($"maximum of {ChannelsPerGroup} channels per group").AsException();

        documents.InsertWithOwner(channel, ownerId);
        documents.AddGroupMembers(channel);
        await documents.SaveChangesAsync(ct);
        var audience = await Audience.OfChannelAsync(connection, channel.Id, ct);
        await transaction.CommitAsync(CancellationToken.None);
        return audience;
    }
}
