namespace Chatalot.Shared.Realtime;

/// <summary>WebSocket close codes that this server sends (RFC 6455 7.4.1 and the IANA registry).</summary>
public static class CloseCode
{
    /// <summary>The client said goodbye.</summary>
    public const ushort Normal = 1000;

    /// <summary>The server is going away; come back soon.</summary>
    public const ushort GoingAway = 1001;

    /// <summary>The client broke the WebSocket protocol.</summary>
    public const ushort ProtocolError = 1002;

    /// <summary>Not authenticated, no longer authorised, or persistent abuse.</summary>
    public const ushort PolicyViolation = 1008;

    /// <summary>A message beyond every bound.</summary>
    public const ushort MessageTooBig = 1009;

    /// <summary>The client did not keep up; reconnect and catch up.</summary>
    public const ushort TryAgainLater = 1013;
}
