namespace Chatalot.Shared.Realtime;

/// <summary>
/// Bounds of a socket. Defaults are the contract's (realtime.md 2 and 3, with its corrections C2, H3, H4).
/// </summary>
public sealed record RealtimeOptions
{
    /// <summary>Frames that may wait for one socket before it is closed as too slow.</summary>
    public int QueueFrames { get; init; } = 8192;

    /// <summary>Bytes that may wait for one socket before it is closed as too slow.</summary>
    public int QueueBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>
    /// Largest text that an authenticated client may send, in bytes; larger ones are refused, not fatal.
    /// </summary>
    public int MaxTextBytes { get; init; } = 1024 * 1024;

    /// <summary>Largest text before authentication, in bytes; larger ones end the connection.</summary>
    public int MaxTextBytesBeforeAuthentication { get; init; } = 16 * 1024;

    /// <summary>Size from which an oversized text is not even read to its end, in bytes.</summary>
    public int FatalTextBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Time for the first frame.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Sockets of one address that may wait for their first frame at once.</summary>
    public int UnauthenticatedOfOneAddress { get; init; } = 256;

    /// <summary>Between two application heartbeats to every socket; clients give up after three missed ones.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Between two protocol pings on a quiet socket.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>Time for the answer to a ping before the peer counts as dead.</summary>
    public TimeSpan PingTimeout { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>
    /// Time for a peer to take the last frames and answer the close frame before the connection is cut.
    /// </summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Sockets that one user may have open at once. 0: unlimited.</summary>
    public int SocketsPerUser { get; init; } = 8;

    /// <summary>Rooms that one socket may be in at once.</summary>
    public int RoomsPerSocket { get; init; } = 2000;

    /// <summary>Frames that a client may send at once before it is slowed down. 0: unlimited.</summary>
    public int FrameBurst { get; init; } = 60;

    /// <summary>Frames a second that a client may send for ever. 0: unlimited.</summary>
    public double FramesPerSecond { get; init; } = 10;

    /// <summary>
    /// Signals of calls that a client may send at once, beside all other frames: a mesh of 25 has 24 peers with some 15
    /// candidates each. 0: unlimited.
    /// </summary>
    public int SignalBurst { get; init; } = 600;

    /// <summary>Signals of calls a second that a client may send for ever. 0: unlimited.</summary>
    public double SignalsPerSecond { get; init; } = 100;

    /// <summary>Time for a client that can resume to come back after its line broke.</summary>
    public TimeSpan ResumeWindow { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Frames that are kept to be sent again to such a client.</summary>
    public int ResumeFrames { get; init; } = 1024;

    /// <summary>Bytes that are kept to be sent again to such a client.</summary>
    public int ResumeBytes { get; init; } = 1024 * 1024;

    /// <summary>
    /// Time over which sockets are told of a shutdown, so that they do not all come back in the same second.
    /// </summary>
    public TimeSpan ShutdownSpread { get; init; } = TimeSpan.FromSeconds(2);
}
