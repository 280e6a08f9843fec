using Chatalot.Features.Auth;
using Chatalot.Features.Frames;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Chatalot.Shared.Realtime;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Chatalot.Features.Gateway;

/// <summary>
/// GET /ws: the life of one socket (contract, realtime.md 2). The first frame authenticates, then frames are handled one
/// after the other until one side leaves.
/// </summary>
public sealed partial class SocketGateway(
    Authenticator authenticator,
    Connections connections,
    FrameDispatcher dispatcher,
    RealtimeOptions options,
    GatewayOptions gateway,
    IEnumerable<ISocketObserver> observers,
    SchemaReadiness schema,
    TimeProvider clock,
    ILogger<SocketGateway> logger
)
{
    private static readonly TimeSpan HeldWhenTooMany = TimeSpan.FromSeconds(30);

    private static readonly Failure AuthenticationTimedOut = new(401, "auth_timeout", "authentication timed out");
    private static readonly Failure MustAuthenticate = new(401, "auth_required", "first message must be Authenticate");
    private static readonly Failure InvalidToken = new(401, "unauthorized", "invalid token");
    private static readonly Failure TooManySockets = new(
        429,
        "too_many_sessions",
        "too many concurrent connections, close another device first"
    );
    private static readonly Failure TooLarge = Failure.Validation("message too large");
    private static readonly Failure Malformed = new(400, "invalid_message", "malformed message");
    private static readonly Failure TooFast = new(429, "rate_limited", "too many messages, slow down");

    /// <summary>Serves one socket from its upgrade to its end.</summary>
    public async Task RunAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
            throw new Failure(426, "upgrade_required", "this address speaks WebSocket").AsException();
        if (!schema.IsReady)
            throw Failure.DatabaseUnavailable.AsException();
        var connection = await context.AcceptConnectionAsync(options);
        using var buffer = new ReceiveBuffer();
        SocketSession? session = null;
        try
        {
            session = await AuthenticateAsync(connection, buffer);
            if (session is not null)
                await ServeAsync(session, buffer);
        }
        catch (OperationCanceledException) when (connection.Ended.IsCancellationRequested)
        {
            // The line was cut before the client was known.
        }
        catch (Exception fault)
        {
            var failure = ExceptionTranslation.Translate(fault);
            if (failure.Status == 500)
                LogFault(logger, fault, AuthenticateFrame.Type, connection.UserId);
            Drop(connection, failure, CloseCode.TryAgainLater);
        }
        finally
        {
            Rooms.LeaveAll(connection, forGood: true);
            connections.Unregister(connection);
            if (session is not null)
                await TellLeftAsync(session);
            await connection.FinishAsync();
        }
    }

    private async Task<SocketSession?> AuthenticateAsync(Connection connection, ReceiveBuffer buffer)
    {
        if (await IdentifyAsync(connection, buffer) is not var (caller, features))
            return null;
        connection.Abilities = features;
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
        return new SocketSession(caller, connection);
    }

    /// <summary>Who the first frame says it is; null when the socket was told why not.</summary>
    private async Task<(Caller Caller, IReadOnlyList<string> Features)?> IdentifyAsync(
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
            return (caller, authenticate.Features ?? []);
        Drop(connection, InvalidToken);
        return null;
    }

    private async Task ServeAsync(SocketSession session, ReceiveBuffer buffer)
    {
        var connection = session.Connection;
        LogConnected(logger, session.Caller.UserId, session.Caller.SessionId);
        foreach (var observer in observers)
            await observer.ArrivedAsync(session, connection.Ended);
        session.Send(new PongFrame(clock.GetUtcNow().ToUnixTimeSeconds()));
        var pace = new FramePace(options, clock);
        var signalPace = new FramePace(options.SignalBurst, options.SignalsPerSecond, clock);
        while (true)
        {
            var received = await connection.ReceiveAsync(options.MaxTextBytes, buffer);
            switch (received.Kind)
            {
                case ReceivedKind.Closed:
                    LogDisconnected(
                        logger,
                        session.Caller.UserId,
                        session.Caller.SessionId,
                        connection.CloseReason ?? "left"
                    );
                    return;
                case ReceivedKind.TooLarge:
                    session.Refuse(TooLarge);
                    continue;
                case ReceivedKind.Text:
                    RealtimeMetrics.FramesIn.Add(1);
                    var read = ClientFrameReader.Read(received.Utf8);
                    if (await MayPassAsync(read.Frame is ISignallingFrame ? signalPace : pace, session))
                        await HandleAsync(read, session);
                    continue;
            }
        }
    }

    private async Task TellLeftAsync(SocketSession session)
    {
        foreach (var observer in observers)
        {
            try
            {
                await observer.LeftAsync(session);
            }
            catch (Exception fault)
            {
                // The others must hear of it all the same.
                LogFault(logger, fault, observer.GetType().Name, session.Caller.UserId);
            }
        }
    }

    private async ValueTask<bool> MayPassAsync(FramePace pace, SocketSession session)
    {
        switch (pace.Take())
        {
            case FramePace.Verdict.Wait:
                await Task.Delay(pace.Delay, clock, session.Connection.Ended)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return true;
            case FramePace.Verdict.Refuse:
                session.Refuse(TooFast);
                return false;
            case FramePace.Verdict.RefuseSilently:
                return false;
            case FramePace.Verdict.Close:
                session.Connection.Close(CloseCode.PolicyViolation, "too many messages", dropQueue: true);
                return false;
            default:
                return true;
        }
    }

    private async ValueTask HandleAsync(ClientFrameReading read, SocketSession session)
    {
        if (read.Frame is not { } frame)
        {
            LogMalformed(logger, session.Caller.UserId, read.Fault);
            session.Refuse(Malformed, read.Type);
            return;
        }
        try
        {
            await dispatcher.DispatchAsync(frame, session, session.Connection.Ended);
        }
        catch (OperationCanceledException) when (session.Connection.Ended.IsCancellationRequested)
        {
            // The line was cut while the frame was being handled; the next read says so.
        }
        catch (Exception fault)
        {
            // One frame's fault must not take the socket with it, and the client must not wait for an answer in vain.
            var failure = ExceptionTranslation.Translate(fault);
            if (failure.Status == 500)
                LogFault(logger, fault, frame.GetType().Name, session.Caller.UserId);
            session.Refuse(failure, read.Type, (frame as SendMessageFrame)?.ClientId);
        }
    }

    /// <summary>
    /// Keeps a socket beyond the user's limit open for a while and answers every frame with the same error: a client that
    /// was dropped at once would come back every second and lose what it had queued.
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

    private static void Drop(Connection connection, Failure failure, ushort code = CloseCode.PolicyViolation) =>
        connection.Close(code, failure.Code, Wire.Of(new ErrorFrame(failure.Code, failure.Message)));

    [LoggerMessage(
        EventName = "SocketConnected",
        Level = LogLevel.Information,
        Message = "WebSocket connected: user {UserId}, session {SessionId}"
    )]
    private static partial void LogConnected(ILogger logger, Guid userId, Guid sessionId);

    [LoggerMessage(
        EventName = "SocketDisconnected",
        Level = LogLevel.Information,
        Message = "WebSocket disconnected: user {UserId}, session {SessionId}, {Reason}"
    )]
    private static partial void LogDisconnected(ILogger logger, Guid userId, Guid sessionId, string reason);

    [LoggerMessage(
        EventName = "SocketRejected",
        Level = LogLevel.Warning,
        Message = "WebSocket rejected: too many concurrent sessions of user {UserId}"
    )]
    private static partial void LogTooMany(ILogger logger, Guid userId);

    [LoggerMessage(
        EventName = "SocketMessageMalformed",
        Level = LogLevel.Debug,
        Message = "malformed WebSocket message from user {UserId}: {Kind}"
    )]
    private static partial void LogMalformed(ILogger logger, Guid userId, FrameFault kind);

    [LoggerMessage(
        EventName = "SocketMessageFailed",
        Level = LogLevel.Error,
        Message = "Internal error: {Frame} of user {UserId}"
    )]
    private static partial void LogFault(ILogger logger, Exception fault, string frame, Guid userId);
}
