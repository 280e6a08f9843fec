namespace Chatalot.Features.Channels;

/// <summary>Reads standings from where they are kept.</summary>
internal interface IStandingSource
{
    /// <summary>
    /// The standing by channel, group and community, the instance left aside; null for people who are no members.
    /// </summary>
    Task<ChannelStanding?> LoadAsync(Guid channelId, Guid userId, CancellationToken ct);
}
