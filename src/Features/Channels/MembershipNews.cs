using Chatalot.Features.Frames;
using Chatalot.Shared.Realtime;
using Microsoft.Extensions.Hosting;

namespace Chatalot.Features.Channels;

/// <summary>
/// Tells, in every process, who was kicked or banned from a channel: the channel, and the person on every device.
/// </summary>
internal sealed class MembershipNews(ChannelMembership membership, Rooms rooms, Connections connections)
    : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        membership.Changed += OnChanged;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        membership.Changed -= OnChanged;
        return Task.CompletedTask;
    }

    private void OnChanged(MembershipChange change)
    {
        if (change is not { UserId: { } userId, Removal: { } removal })
            return;
        foreach (var channelId in change.ChannelIds)
        {
            // Whoever hears of the change first, nothing that follows reaches the person through the channel.
            rooms.Evict(channelId, userId);
            if (FrameOf(channelId, userId, removal) is not { } frame)
                continue;
            connections.SendToUser(userId, frame);
            rooms.Publish(channelId, frame);
        }
    }

    private static OutgoingFrame? FrameOf(Guid channelId, Guid userId, Removal removal) =>
        removal.Kind switch
        {
            RemovalKind.Kick => Wire.Of(new MemberKickedFrame(channelId, userId, removal.By)),
            RemovalKind.Ban => Wire.Of(new MemberBannedFrame(channelId, userId, removal.By)),
            _ => null,
        };
}
