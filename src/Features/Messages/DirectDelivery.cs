using Chatalot.Features.Frames;

namespace Chatalot.Features.Messages;

/// <summary>How a direct message reaches its two people, subscribed or not.</summary>
/// <param name="PeerId">Whom it is for.</param>
/// <param name="ToPeer">Makes the channel known to the peer first; null when both know it.</param>
/// <param name="ToSender">The same for the sender's other devices.</param>
public sealed record DirectDelivery(Guid PeerId, NewDmChannelFrame? ToPeer, NewDmChannelFrame? ToSender);
