using Chatalot.Features.Spaces;
using Npgsql;

namespace Chatalot.Features.Channels;

/// <summary>
/// Who may do what in a channel right now: the question before every message. Answers come from memory and complete
/// synchronously while nothing changed; what changes rights says so to <see cref="ChannelMembership"/>.
/// </summary>
public sealed class ChannelAccess
{
    private readonly StandingCache standings;
    private readonly IStandingSource source;
    private readonly IInstanceRoles instanceRoles;
    private readonly NpgsqlDataSource database;

    internal ChannelAccess(
        ChannelMembership membership,
        IStandingSource source,
        IInstanceRoles instanceRoles,
        NpgsqlDataSource database
    )
    {
        standings = membership.Standings;
        this.source = source;
        this.instanceRoles = instanceRoles;
        this.database = database;
    }

    /// <summary>
    /// This person's standing in the channel, or null: there is no such channel, they are no member of it, or their
    /// account is gone or suspended. Instance admins need a membership like everybody else.
    /// </summary>
    public ValueTask<ChannelStanding?> FindAsync(Guid channelId, Guid userId, CancellationToken ct)
    {
        var known = standings.Find(channelId, userId);
        var instance = instanceRoles.FindAsync(userId, ct);
        return known is not null && instance.IsCompletedSuccessfully
            ? new ValueTask<ChannelStanding?>(With(known, instance.Result))
            : new ValueTask<ChannelStanding?>(LoadAsync(channelId, userId, known, instance, ct));
    }

    /// <summary>
    /// Those of the channels that this person is a member of, by one query; to subscribe to many at once.
    /// </summary>
    public async Task<IReadOnlyList<Guid>> MemberOfAsync(
        Guid userId,
        IReadOnlyCollection<Guid> channelIds,
        CancellationToken ct
    )
    {
        if (channelIds.Count == 0)
            return [];
        await using var command = database.CreateCommand(
            "select channel_id from channel_members where user_id = $1 and channel_id = any($2)"
        );
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = userId });
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. channelIds] });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var memberOf = new List<Guid>(channelIds.Count);
        while (await reader.ReadAsync(ct))
            memberOf.Add(reader.GetGuid(0));
        return memberOf;
    }

    private async Task<ChannelStanding?> LoadAsync(
        Guid channelId,
        Guid userId,
        ChannelStanding? known,
        ValueTask<InstanceRole?> instance,
        CancellationToken ct
    )
    {
        var role = await instance;
        if (known is null)
        {
            var load = standings.BeginLoad(channelId);
            known = await source.LoadAsync(channelId, userId, ct);
            if (known is null)
                return null;
            standings.Add(channelId, userId, known, load);
        }
        return With(known, role);
    }

    /// <summary>
    /// The instance's role is no part of what is remembered: it changes without a word to this feature.
    /// </summary>
    private static ChannelStanding? With(ChannelStanding standing, InstanceRole? instance) =>
        instance switch
        {
            null => null,
            InstanceRole.None => standing,
            _ when standing.Channel.Type is ChannelType.Dm => standing,
            { } role => standing with { Level = Level.Of(role, role: null) },
        };
}
