using Chatalot.Shared.Realtime;

namespace Chatalot.Features.Presence;

/// <summary>Whether somebody has the chat before their eyes, as far as their clients say.</summary>
public sealed class Attention
{
    private readonly Connections connections;
    private readonly PresenceBoard board;

    internal Attention(Connections connections, PresenceBoard board) =>
        (this.connections, this.board) = (connections, board);

    /// <summary>No socket is open here, or every one that is says that nobody is at it. Answered from memory.</summary>
    public bool IsAway(Guid userId) => connections.Of(userId).All(device => device.IsParked || board.IsIdle(device));
}
