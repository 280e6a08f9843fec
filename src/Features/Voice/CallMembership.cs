using Chatalot.Features.Channels;
using Chatalot.Features.Messages;
using Chatalot.Features.Users;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Chatalot.Features.Voice;

/// <summary>
/// Takes people out of calls who could not join them now, in whatever way and process that came about: the membership
/// has ended, the channel is archived, they are timed out or one has blocked the other. Ends all calls at the stop.
/// </summary>
internal sealed partial class CallMembership(
    ChannelMembership membership,
    BlockDirectory blocks,
    ChannelAccess access,
    WriteRules rules,
    Calls calls,
    ILogger<CallMembership> logger
) : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        membership.Changed += OnChanged;
        membership.StandingChanged += OnStandingChanged;
        blocks.Changed += OnBlocksChangedAsync;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        membership.Changed -= OnChanged;
        membership.StandingChanged -= OnStandingChanged;
        blocks.Changed -= OnBlocksChangedAsync;
        calls.EndAll();
        return Task.CompletedTask;
    }

    private void OnChanged(MembershipChange change)
    {
        if (change.Kind is MembershipChangeKind.Unknown)
            _ = CheckAsync(static (_, _) => true);
        else if (change.Kind is not MembershipChangeKind.Gained)
        {
            foreach (var channelId in change.ChannelIds)
                calls.Remove(channelId, change.UserId, change.Removal?.By);
        }
    }

    /// <summary>
    /// What a change touches beyond channel and person is not known of calls; to look once more does no harm.
    /// </summary>
    private void OnStandingChanged(AccessScope scope) =>
        _ = CheckAsync(
            (call, userId) =>
                (scope.ChannelId is null || scope.ChannelId == call.Call.ChannelId)
                && (scope.UserId is null || scope.UserId == userId)
        );

    /// <summary>
    /// A block ends the call for both, if they are in one between the two of them. Who is alone in one may be calling
    /// the person who has just blocked them.
    /// </summary>
    private Task OnBlocksChangedAsync(Guid? blockerId) =>
        CheckAsync(
            (call, _) =>
                blockerId is null
                || call.Participants.Count == 1
                || call.Participants.Any(person => person.Seat.UserId == blockerId)
        );

    private async Task CheckAsync(Func<RunningCall, Guid, bool> isConcerned)
    {
        foreach (var call in calls.Running())
        {
            var people = call.Participants.Select(person => person.Seat.UserId).Where(id => isConcerned(call, id));
            foreach (var userId in people)
            {
                try
                {
                    if (!await MayStayAsync(call.Call.ChannelId, userId))
                        calls.Remove(call.Call.ChannelId, userId, by: null);
                }
                catch (Exception failure) when (failure is NpgsqlException or TimeoutException)
                {
                    // The database went away again: its next return brings the next check.
                    LogUnchecked(userId);
                    return;
                }
            }
        }
    }

    private async ValueTask<bool> MayStayAsync(Guid channelId, Guid userId) =>
        await access.FindAsync(channelId, userId, CancellationToken.None) is { } standing
        && await rules.CheckAsync(standing, userId, WriteKind.Talk, CancellationToken.None) is null;

    [LoggerMessage(
        EventName = "CallsUnchecked",
        Level = LogLevel.Warning,
        Message = "Rights of people in calls could not be checked again, beginning with user {UserId}"
    )]
    private partial void LogUnchecked(Guid userId);
}
