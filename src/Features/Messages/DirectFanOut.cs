using Chatalot.Features.Frames;
using Chatalot.Shared.Realtime;

namespace Chatalot.Features.Messages;

/// <summary>
/// Tells of direct messages (contract, realtime.md 7.3 with its corrections C1, C6): every socket of the peer, and
/// those of the sender's other sockets that asked for it, because existing clients take a copy of their own envelope
/// for one of the peer. Before the first message both get to know the channel. Used by the one task that tells of
/// messages.
/// </summary>
public sealed class DirectFanOut(Connections connections, DirectChannels directs)
{
    /// <summary>
    /// What a client says in <c>authenticate</c> that can read its own direct messages of other devices.
    /// </summary>
    public const string OwnMessages = "own_dm_echo";

    private const int Remembered = 10_000;

    private readonly HashSet<(Guid ChannelId, Guid UserId)> introduced = [];

    /// <summary>Queues the message for everybody who is to have it.</summary>
    /// <param name="message">The message.</param>
    /// <param name="direct">Its way.</param>
    /// <param name="frame">As bytes.</param>
    /// <param name="origin">The socket that sent it and was confirmed to.</param>
    public void Tell(NewMessage message, DirectDelivery direct, OutgoingFrame frame, Connection? origin)
    {
        Introduce(message, direct, origin);
        connections.SendToUser(direct.PeerId, frame);
        foreach (var device in connections.Of(message.SenderId!.Value))
        {
            if (device != origin && device.Abilities.Contains(OwnMessages))
                device.Send(frame);
        }
    }

    /// <summary>
    /// Whoever is not there is told with the first message that finds them: a client that comes back keeps the list of
    /// channels that it had.
    /// </summary>
    private void Introduce(NewMessage message, DirectDelivery direct, Connection? origin)
    {
        if (direct is not { ToPeer: { } toPeer, ToSender: { } toSender })
            return;
        var (channelId, senderId) = (message.ChannelId, message.SenderId!.Value);
        if (IsNewTo(senderId, channelId))
            connections.SendToUser(senderId, Wire.Of(toSender), origin);
        if (connections.Of(direct.PeerId).Count == 0)
            return;
        if (IsNewTo(direct.PeerId, channelId))
            connections.SendToUser(direct.PeerId, Wire.Of(toPeer));
        _ = directs.MarkIntroducedAsync(channelId);
    }

    /// <summary>Two first messages at once carry the introduction both; it goes out once.</summary>
    private bool IsNewTo(Guid userId, Guid channelId)
    {
        if (introduced.Count >= Remembered)
            introduced.Clear();
        return introduced.Add((channelId, userId));
    }
}
