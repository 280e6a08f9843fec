using Chatalot.Features.Frames;
using Chatalot.Shared.Realtime;

namespace Chatalot.Features.Spaces;

/// <summary>
/// Tells the sockets of this process what changed in spaces. Called after the commit, with an
/// <see cref="Audience"/> that was asked for in the transaction where there is one: exactly those who may know.
/// </summary>
internal sealed class SpaceNews(Rooms rooms, Connections connections)
{
    /// <summary>Everybody who listens to the channel.</summary>
    public void TellSubscribers<TFrame>(Guid channelId, TFrame frame)
        where TFrame : class, IServerFrame => rooms.Publish(channelId, Wire.Of(frame));

    /// <summary>Every device of one person.</summary>
    public void TellPerson<TFrame>(Guid userId, TFrame frame)
        where TFrame : class, IServerFrame => connections.SendToUser(userId, Wire.Of(frame));

    /// <summary>Every device of these people.</summary>
    public void TellPeople<TFrame>(IEnumerable<Guid> userIds, TFrame frame)
        where TFrame : class, IServerFrame
    {
        var outgoing = Wire.Of(frame);
        foreach (var userId in userIds)
            connections.SendToUser(userId, outgoing);
    }
}
