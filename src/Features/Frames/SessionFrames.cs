using System.Text.Json.Serialization;

namespace Chatalot.Features.Frames;

/// <summary>The first frame of every connection, due within ten seconds. Later ones are ignored.</summary>
/// <param name="Token">The access token of REST.</param>
/// <param name="Features">
/// Abilities beyond the original protocol that this client asks for; unknown words are ignored.
/// </param>
/// <param name="Resume">The connection that this one is to go on with.</param>
public sealed record AuthenticateFrame(
    string Token,
    IReadOnlyList<string>? Features = null,
    ResumeRequest? Resume = null
) : IClientFrame
{
    /// <inheritdoc/>
    public static string Type => "authenticate";

    /// <summary>Never shows the token: frames may end up in a log line.</summary>
    public override string ToString() => nameof(AuthenticateFrame);
}

/// <summary>A connection whose line broke, as its client knows it.</summary>
/// <param name="Token">Of its <see cref="ResumableFrame"/>.</param>
/// <param name="Received">
/// How many frames of any type came over it, and over those that it went on with, after that one.
/// </param>
public sealed record ResumeRequest(string Token, long Received);

/// <summary>Client heartbeat, every 15 s; answered with a <see cref="PongFrame"/> of the same number.</summary>
/// <param name="Timestamp">Whatever the client wants back; existing clients send Unix milliseconds.</param>
public sealed record PingFrame(long Timestamp) : IClientFrame
{
    /// <inheritdoc/>
    public static string Type => "ping";
}

/// <summary>The token is good. First frame to that connection.</summary>
/// <param name="UserId">Whose token it is.</param>
/// <param name="ServerVersion">
/// Version of the web build served here, or <c>unknown</c>; any other value reloads web clients.
/// </param>
public sealed record AuthenticatedFrame(Guid UserId, string ServerVersion) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "authenticated";
}

/// <summary>
/// To a client that said <c>resume</c> among its features: should the line break, the connection waits for it. From
/// here on the client counts the frames that it receives.
/// </summary>
/// <param name="Token">Names the connection; good for the same login only.</param>
/// <param name="WindowSeconds">How long it waits.</param>
public sealed record ResumableFrame(string Token, int WindowSeconds) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "resumable";
}

/// <summary>
/// The connection goes on: subscriptions and all else are as they were, what was lost follows, and then what comes. The
/// client counts on, from the frame behind this one. A client that gets <see cref="ResumableFrame"/> instead begins
/// anew.
/// </summary>
/// <param name="UserId">Whose it is.</param>
public sealed record ResumedFrame(Guid UserId) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "resumed";
}

/// <summary>
/// To the connection that sent a <see cref="PingFrame"/>, and unasked to every connection after authentication and
/// every 15 s from then on: clients reconnect after 45 s without one.
/// </summary>
/// <param name="Timestamp">The number of the ping; unasked, Unix seconds.</param>
public sealed record PongFrame(long Timestamp) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "pong";
}

/// <summary>A refusal, to the connection whose frame was refused. It closes nothing by itself.</summary>
/// <param name="Code">
/// A word of the contract, realtime.md 12. <c>unauthorized</c> makes clients refresh their token.
/// </param>
/// <param name="Message">Text fit for people; clients show it verbatim.</param>
/// <param name="Request">The <c>type</c> of the refused frame, where one is known.</param>
/// <param name="ClientId">The <c>client_id</c> of the refused <see cref="SendMessageFrame"/>, if it had one.</param>
public sealed record ErrorFrame(
    string Code,
    string Message,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Request = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ClientId = null
) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "error";
}

/// <summary>
/// To every connection before an orderly stop; close code 1001 follows. Each connection gets its own delay, so that not
/// all clients return in the same second. Not part of the contract.
/// </summary>
/// <param name="ReconnectAfterMs">Milliseconds to wait before connecting again.</param>
public sealed record ServerShutdownFrame(int ReconnectAfterMs) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "server_shutdown";
}
