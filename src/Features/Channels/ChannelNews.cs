using Chatalot.Features.Frames;
using Chatalot.Features.Spaces;

namespace Chatalot.Features.Channels;

/// <summary>How changes of channels are told and recorded, whichever route made them.</summary>
internal static class ChannelNews
{
    /// <summary>The channel's settings as its subscribers are told.</summary>
    public static ChannelUpdatedFrame ToFrame(this Channel channel) =>
        new(
            channel.Id,
            channel.Name,
            channel.Topic,
            channel.ReadOnly,
            channel.SlowModeSeconds,
            channel.Archived,
            channel.VoiceBackground
        );

    /// <summary>A new channel of a group.</summary>
    public static ChannelCreatedFrame Created(Channel channel) =>
        new(channel.Id, channel.GroupId!.Value, channel.Name!, Word(channel.Type));

    /// <summary>The entry of the trail for changed settings.</summary>
    public static Act Updated(Channel channel) => About("channel_updated", channel);

    /// <summary>An entry of the trail about a channel.</summary>
    public static Act About(string action, Channel channel) =>
        new(action)
        {
            CommunityId = channel.CommunityId,
            GroupId = channel.GroupId,
            ChannelId = channel.Id,
        };

    private static string Word(ChannelType type) =>
        type switch
        {
            ChannelType.Voice => "voice",
            ChannelType.Gallery => "gallery",
            _ => "text",
        };
}
