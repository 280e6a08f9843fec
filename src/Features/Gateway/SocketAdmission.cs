using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using Chatalot.Features.Auth;
using Chatalot.Features.Frames;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Realtime;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Chatalot.Features.Gateway;

/// <summary>
/// Who may come in (contract, realtime.md 2.2 with its correction H1): the first frame says who it is, within a time,
/// and nobody has more sockets than allowed. A client that asks for it can come back and go on where its line broke.
/// </summary>
public sealed partial class SocketAdmission(
    Authenticator authenticator,
    Connections connections,
    RealtimeOptions options,
    GatewayOptions gateway,
    TimeProvider clock,
    ILogger<SocketAdmission> logger
)
{
    private const string ResumeAbility = "resume";
    private const int TokenBytes = 24;
    private static readonly TimeSpan HeldWhenTooMany = TimeSpan.FromSeconds(30);

    private static readonly Failure AuthenticationTimedOut = new(401, "auth_timeout", "authentication timed out");
    private static readonly Failure MustAuthenticate = new(401, "auth_required", "first message must be Authenticate");
    private static readonly Failure InvalidToken = new(401, "unauthorized", "invalid token");
    private static readonly Failure TooManySockets = new(
        429,
        "too_many_sessions",
        "too many concurrent connections, close another device first"
    );

    private static readonly Failure TooManyWaiting = Failure.RateLimited("too many requests, please slow down", 1);

    private readonly ConcurrentDictionary<string, SocketSession> resumable = new();
    private readonly Lobby lobby = new(options.UnauthenticatedOfOneAddress);

    /// <summary>Answers the upgrade, unless too many sockets of this address have not said yet who they are.</summary>
    public async Task<Connection> AcceptAsync(HttpContext context, IPAddress address)
    {
        if (!lobby.TryEnter(address))
            throw TooManyWaiting.AsException();
        try
        {
            return await context.AcceptConnectionAsync(options);
        }
        catch
        {
            lobby.Leave(address);
            throw;
        }
    }

    /// <summary>The session of a client that may come in; null when it was told why not, or left.</summary>
    public async Task<SocketSession?> AdmitAsync(Connection connection, IPAddress address, ReceiveBuffer buffer)
    {
        (Caller Caller, AuthenticateFrame Asked)? identified;
        try
        {
            identified = await IdentifyAsync(connection, buffer);
        }
        finally
        {
            lobby.Leave(address);
        }
        if (identified is not var (caller, asked))
            return null;
        if (asked.Resume is { } resume && Resume(connection, caller, resume) is { } session)
            return session;
        connection.Abilities = asked.Features ?? [];
        var welcome = Wire.Of(new AuthenticatedFrame(caller.UserId, gateway.WebClientVersion));
        if (!connections.TryRegister(connection, caller.UserId, caller.SessionId, welcome))
        {
            LogTooMany(logger, caller.UserId);
            await HoldAsync(connection, buffer);
            return null;
        }
        // A revocation between the check and the registration found no socket to close: look again.
        if (!await authenticator.IsLiveAsync(caller, connection.Ended))
        {
            Drop(connection, InvalidToken);
            return null;
        }
        return Begin(caller, connection);
    }

    /// <summary>Nobody can resume it any more.</summary>
    public void Forget(SocketSession session)
    {
        if (session.ResumeToken is { } token)
            resumable.TryRemove(token, out _);
    }

    private SocketSession Begin(Caller caller, Connection connection)
    {
        if (!connection.Abilities.Contains(ResumeAbility))
            return new SocketSession(caller, connection);
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));
        var session = new SocketSession(caller, connection) { ResumeToken = token };
        resumable[token] = session;
        connection.KeepSent(Wire.Of(new ResumableFrame(token, (int)options.ResumeWindow.TotalSeconds)));
        return session;
    }

    private SocketSession? Resume(Connection connection, Caller caller, ResumeRequest asked)
    {
        if (
            !resumable.TryGetValue(asked.Token, out var session)
            || session.Caller.UserId != caller.UserId
            || session.Caller.SessionId != caller.SessionId
        )
            return null;
        var welcome = new OutgoingFrame.Builder();
        welcome.Add(Wire.Utf8(new AuthenticatedFrame(caller.UserId, gateway.WebClientVersion)));
        welcome.Add(Wire.Utf8(new ResumedFrame(caller.UserId)));
        return session.Connection.TryResume(connection, asked.Received, welcome.Build()) ? session : null;
    }

    /// <summary>Who the first frame says it is; null when the socket was told why not.</summary>
    private async Task<(Caller Caller, AuthenticateFrame Asked)?> IdentifyAsync(
        Connection connection,
        ReceiveBuffer buffer
    )
    {
        await using var limit = clock.CreateTimer(
            _ => Drop(connection, AuthenticationTimedOut),
            null,
            options.HandshakeTimeout,
            Timeout.InfiniteTimeSpan
        );
        var first = await connection.ReceiveAsync(options.MaxTextBytesBeforeAuthentication, buffer);
        if (first.Kind != ReceivedKind.Text)
        {
            Drop(connection, first.Kind == ReceivedKind.TooLarge ? MustAuthenticate : AuthenticationTimedOut);
            return null;
        }
        if (ClientFrameReader.Read(first.Utf8).Frame is not AuthenticateFrame authenticate)
        {
            Drop(connection, MustAuthenticate);
            return null;
        }
        var caller = await authenticator.AuthenticateAsync(authenticate.Token, connection.Ended);
        if (caller is not null)
            return (caller, authenticate);
        Drop(connection, InvalidToken);
        return null;
    }

    /// <summary>
    /// Keeps a socket beyond the user's limit open for a while and answers every frame with the same error: a client
    /// that was dropped at once would come back every second and lose what it had queued.
    /// </summary>
    private async Task HoldAsync(Connection connection, ReceiveBuffer buffer)
    {
        var error = Wire.Of(new ErrorFrame(TooManySockets.Code, TooManySockets.Message));
        connection.Send(error);
        await using var limit = clock.CreateTimer(
            _ => connection.Close(CloseCode.PolicyViolation, TooManySockets.Code),
            null,
            HeldWhenTooMany,
            Timeout.InfiniteTimeSpan
        );
        var pace = new FramePace(options, clock);
        while (
            (await connection.ReceiveAsync(options.MaxTextBytesBeforeAuthentication, buffer)).Kind
            != ReceivedKind.Closed
        )
        {
            if (pace.Take() == FramePace.Verdict.Pass)
                connection.Send(error);
        }
    }

    /// <summary>Closes a socket that must not stay, with its last word.</summary>
    internal static void Drop(Connection connection, Failure failure, ushort code = CloseCode.PolicyViolation) =>
        connection.Close(code, failure.Code, Wire.Of(new ErrorFrame(failure.Code, failure.Message)));

    [LoggerMessage(
        EventName = "SocketRejected",
        Level = LogLevel.Warning,
        Message = "WebSocket rejected: too many concurrent sessions of user {UserId}"
    )]
    private static partial void LogTooMany(ILogger logger, Guid userId);
}
