using System.Net;
using Chatalot.Features.Frames;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Chatalot.Shared.Realtime;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Chatalot.Features.Gateway;

/// <summary>
/// GET /ws: the life of one socket (contract, realtime.md 2). The first frame authenticates, then frames are handled
/// one after the other until one side leaves.
/// </summary>
public sealed partial class SocketGateway(
    SocketAdmission admission,
    Connections connections,
    FrameDispatcher dispatcher,
    RealtimeOptions options,
    IEnumerable<ISocketObserver> observers,
    SchemaReadiness schema,
    TimeProvider clock,
    ILogger<SocketGateway> logger
)
{
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
        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        var accepted = await admission.AcceptAsync(context, address);
        LogAccepted(logger);
        using var buffer = new ReceiveBuffer();
        SocketSession? session = null;
        try
        {
            session = await admission.AdmitAsync(accepted, address, buffer);
            if (session is not null)
                await ServeAsync(session, accepted, buffer);
        }
        catch (OperationCanceledException) when (accepted.Ended.IsCancellationRequested)
        {
            // The line was cut before the client was known.
        }
        catch (Exception fault)
        {
            // The edge of the socket: its client is told to come back, and nobody else notices.
            var failure = ExceptionTranslation.Translate(fault);
            if (failure.Status == 500)
                LogFault(logger, fault, AuthenticateFrame.Type, accepted.UserId);
            SocketAdmission.Drop(session?.Connection ?? accepted, failure, CloseCode.TryAgainLater);
        }
        finally
        {
            await EndAsync(session, accepted);
        }
    }

    /// <summary>Takes the socket out of everything, unless it goes on over another line.</summary>
    private async Task EndAsync(SocketSession? session, Connection accepted)
    {
        var connection = session?.Connection ?? accepted;
        if (session is not null && await connection.GoesOnAsync(accepted))
            return;
        Rooms.LeaveAll(connection, forGood: true);
        connections.Unregister(connection);
        if (session is not null)
        {
            admission.Forget(session);
            await TellLeftAsync(session);
        }
        await connection.FinishAsync();
    }

    private async Task ServeAsync(SocketSession session, Connection accepted, ReceiveBuffer buffer)
    {
        var connection = session.Connection;
        LogConnected(logger, session.Caller.UserId, session.Caller.SessionId);
        LogAuthenticated(logger, session.Caller.UserId, isResumed: connection != accepted);
        // A socket that was resumed never left.
        if (connection == accepted)
            foreach (var observer in observers)
                await observer.ArrivedAsync(session, connection.Ended);
        session.Send(new PongFrame(clock.GetUtcNow().ToUnixTimeSeconds()));
        var pace = new FramePace(options, clock);
        var framesRead = 0L;
        var signalPace = new FramePace(options.SignalBurst, options.SignalsPerSecond, clock);
        while (true)
        {
            var received = await accepted.ReceiveAsync(options.MaxTextBytes, buffer);
            switch (received.Kind)
            {
                case ReceivedKind.Closed:
                    LogDisconnected(
                        logger,
                        session.Caller.UserId,
                        session.Caller.SessionId,
                        connection.CloseReason ?? "left"
                    );
                    LogClosed(logger, session.Caller.UserId, framesRead);
                    return;
                case ReceivedKind.TooLarge:
                    session.Refuse(TooLarge);
                    continue;
                case ReceivedKind.Text:
                    RealtimeMetrics.FramesIn.Add(1);
                    framesRead++;
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
        LogFrame(logger, read.Type, session.Caller.UserId);
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

    [LoggerMessage(
        EventName = "SocketAccepted",
        Level = LogLevel.Debug,
        Message = "WebSocket accepted, not authenticated yet"
    )]
    private static partial void LogAccepted(ILogger logger);

    [LoggerMessage(
        EventName = "SocketAuthenticated",
        Level = LogLevel.Debug,
        Message = "WebSocket authenticated: user {UserId}, resumed {IsResumed}"
    )]
    private static partial void LogAuthenticated(ILogger logger, Guid userId, bool isResumed);

    [LoggerMessage(
        EventName = "SocketFrame",
        Level = LogLevel.Debug,
        Message = "WebSocket frame {FrameType} from user {UserId}"
    )]
    private static partial void LogFrame(ILogger logger, string? frameType, Guid userId);

    [LoggerMessage(
        EventName = "SocketClosed",
        Level = LogLevel.Debug,
        Message = "WebSocket closed: user {UserId}, {Frames} frames read"
    )]
    private static partial void LogClosed(ILogger logger, Guid userId, long frames);

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
