using Chatalot.Features.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Chatalot.Features.Voice;

/// <summary>Takes people out of calls whose membership has ended, in whatever way and process; ends all calls at the stop.</summary>
internal sealed partial class CallMembership(
    ChannelMembership membership,
    ChannelAccess access,
    Calls calls,
    ILogger<CallMembership> logger
) : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        membership.Changed += OnChanged;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        membership.Changed -= OnChanged;
        calls.EndAll();
        return Task.CompletedTask;
    }

    private void OnChanged(MembershipChange change)
    {
        if (change.Kind is MembershipChangeKind.Unknown)
            _ = CheckAllAsync();
        else if (change.Kind is not MembershipChangeKind.Gained)
        {
            foreach (var channelId in change.ChannelIds)
                calls.Remove(channelId, change.UserId, change.Removal?.By);
        }
    }

    private async Task CheckAllAsync()
    {
        foreach (var seat in calls.Running().SelectMany(call => call.Participants).Select(person => person.Seat))
        {
            var (userId, channelId) = (seat.UserId, seat.Call.ChannelId);
            try
            {
                if ((await access.MemberOfAsync(userId, [channelId], CancellationToken.None)).Count == 0)
                    calls.Remove(channelId, userId, by: null);
            }
            catch (Exception failure) when (failure is NpgsqlException or TimeoutException)
            {
                // The database went away again: its next return brings the next check.
                LogUnchecked(userId);
                return;
            }
        }
    }

    [LoggerMessage(
        EventName = "CallsUnchecked",
        Level = LogLevel.Warning,
        Message = "Memberships of people in calls could not be checked again, beginning with user {UserId}"
    )]
    private partial void LogUnchecked(Guid userId);
}
