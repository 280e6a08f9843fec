using Chatalot.Features.Channels;
using Chatalot.Shared.Realtime;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Chatalot.Features.Gateway;

/// <summary>
/// Which socket hears which channel. Only members subscribe, and a subscription ends in the moment in which the
/// membership does, in whichever process that happened.
/// </summary>
public sealed partial class Subscriptions(
    ChannelAccess access,
    ChannelMembership membership,
    Rooms rooms,
    Connections connections,
    ILogger<Subscriptions> logger
) : IHostedService
{
    /// <summary>
    /// Subscribes the socket to those channels that its user is a member of and returns the new ones.
    /// </summary>
    public async Task<IReadOnlyList<Guid>> SubscribeAsync(
        Connection connection,
        IReadOnlyCollection<Guid> channelIds,
        CancellationToken ct
    )
    {
        while (true)
        {
            var lossesBefore = membership.Losses;
            var allowed = await access.MemberOfAsync(connection.UserId, channelIds, ct);
            var entered = allowed.Where(channelId => rooms.Enter(channelId, connection)).ToList();
            if (membership.Losses == lossesBefore)
                return entered;
            // Somebody lost a membership meanwhile, perhaps this user before the room was entered: ask again.
            foreach (var channelId in entered)
                rooms.Leave(channelId, connection);
        }
    }

    /// <summary>Ends the socket's subscriptions to these channels; to all of them when none is named.</summary>
    public void Unsubscribe(Connection connection, IReadOnlyCollection<Guid> channelIds)
    {
        if (channelIds.Count == 0)
            Rooms.LeaveAll(connection, forGood: false);
        foreach (var channelId in channelIds)
            rooms.Leave(channelId, connection);
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        membership.Changed += OnMembershipChanged;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        membership.Changed -= OnMembershipChanged;
        return Task.CompletedTask;
    }

    private void OnMembershipChanged(MembershipChange change)
    {
        if (change.Kind == MembershipChangeKind.Gained)
            return;
        if (change.Kind == MembershipChangeKind.Unknown)
        {
            _ = CheckAllAsync();
            return;
        }
        foreach (var channelId in change.ChannelIds)
        {
            if (change.UserId is { } userId)
                rooms.Evict(channelId, userId);
            else
                rooms.EvictAll(channelId);
        }
    }

    private async Task CheckAllAsync()
    {
        foreach (var connection in connections.All)
        {
            try
            {
                var subscribed = Rooms.Of(connection);
                var allowed = await access.MemberOfAsync(connection.UserId, subscribed, connection.Ended);
                foreach (var channelId in subscribed.Except(allowed))
                    rooms.Leave(channelId, connection);
            }
            catch (Exception failure)
                when (failure is NpgsqlException or OperationCanceledException or TimeoutException)
            {
                // What cannot be checked must not go on listening: the client comes back and subscribes again.
                LogUnchecked(logger, connection.UserId);
                connection.Close(CloseCode.TryAgainLater, "please reconnect");
            }
        }
    }

    [LoggerMessage(
        EventName = "SubscriptionsUnchecked",
        Level = LogLevel.Warning,
        Message = "Subscriptions of user {UserId} could not be checked again; the socket is closed"
    )]
    private static partial void LogUnchecked(ILogger logger, Guid userId);
}
