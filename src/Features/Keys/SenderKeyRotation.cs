using Chatalot.Features.Channels;
using Chatalot.Features.Frames;
using Chatalot.Shared.Realtime;
using Microsoft.Extensions.Hosting;

namespace Chatalot.Features.Keys;

/// <summary>
/// Asks those who stay in a channel for new sender keys whenever somebody's membership ended, in whatever way. The key
/// of whoever is gone went with the membership; their sockets no longer listen when this is told. Every process hears
/// of the change and tells its own sockets, so each socket is told once.
/// </summary>
internal sealed class SenderKeyRotation(ChannelMembership membership, Rooms rooms) : IHostedService
{
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
        // Without a person the channels themselves are gone, and nobody is left who could be told.
        if (change.UserId is null || ReasonFor(change.Kind) is not { } reason)
            return;
        foreach (var channelId in change.ChannelIds)
            rooms.Publish(channelId, Wire.Of(new SenderKeyRotationRequiredFrame(channelId, reason)));
    }

    private static string? ReasonFor(MembershipChangeKind kind) =>
        kind switch
        {
            MembershipChangeKind.Removed => "member_removed",
            MembershipChangeKind.Lost => "member_left",
            _ => null,
        };
}
