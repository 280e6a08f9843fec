using System.Buffers;
using System.Net.WebSockets;
using System.Text;

namespace Chatalot.Shared.Realtime;

/// <summary>
/// One socket: one reader (<see cref="ReceiveAsync"/>, called in a loop by whoever accepted it) and one writer, which
/// runs on the thread pool only while something waits. Sending never blocks and never drops a frame: a peer that does
/// not keep up is closed with <see cref="CloseCode.TryAgainLater"/>, so that it comes back and fetches what it missed.
/// </summary>
public sealed partial class Connection
{
    private const int WriteChunk = 64 * 1024;
    private static readonly TimeSpan QuietAfterProtocolError = TimeSpan.FromMilliseconds(250);

    private static long lastNumber;

    private readonly Lock gate = new();
    private readonly Line accepting;
    private readonly OutgoingQueue queue;
    private readonly RealtimeOptions options;
    private volatile Line line;
    private bool isClosing;
    private ushort? closedWith;

    internal Connection(WebSocket socket, QueueingStream stream, RealtimeOptions options, CancellationToken aborted)
    {
        this.options = options;
        queue = new OutgoingQueue(options.QueueFrames, options.QueueBytes);
        line = accepting = new Line(socket, stream, aborted);
        Attach(line);
        Number = Interlocked.Increment(ref lastNumber);
    }

    /// <summary>Unique in this process, counted up.</summary>
    public long Number { get; }

    /// <summary>Whose socket this is; empty before authentication.</summary>
    public Guid UserId { get; internal set; }

    /// <summary>The login session behind it; empty before authentication.</summary>
    public Guid SessionId { get; internal set; }

    /// <summary>What the client said that it can do beyond the original protocol.</summary>
    public IReadOnlyList<string> Abilities { get; set; } = [];

    /// <summary>Cancelled when the connection is over: cut, aborted, or closed and not answered in time.</summary>
    public CancellationToken Ended => line.Ended;

    /// <summary>Why this server closed the socket, or null when the peer left by itself.</summary>
    public string? CloseReason { get; private set; }

    /// <summary>Rooms that the socket is in; only <see cref="Rooms"/> touches it, under its own lock.</summary>
    internal HashSet<Room> EnteredRooms { get; } = [];

    /// <summary>The connection is over and enters no room again.</summary>
    internal bool HasLeftAllRooms { get; set; }

    /// <summary>Bytes that wait to be written.</summary>
    public int QueuedBytes => queue.Bytes;

    /// <summary>
    /// Queues a frame. False when the connection is closing. A full queue closes the connection.
    /// </summary>
    public bool Send(OutgoingFrame frame)
    {
        lock (gate)
        {
            if (isClosing)
                return false;
            if (parked is not null)
            {
                sent!.Add(frame);
                return true;
            }
            if (queue.TryAdd(frame))
            {
                sent?.Add(frame);
                ScheduleWriter();
                return true;
            }
        }
        RealtimeMetrics.SlowConsumers.Add(1);
        Close(CloseCode.TryAgainLater, "too slow, please reconnect", dropQueue: true);
        return false;
    }

    /// <summary>
    /// Sends the last frame, then a close frame, then nothing more; cuts the connection when the peer does not answer
    /// within <see cref="RealtimeOptions.CloseTimeout"/>. Only the first call counts.
    /// </summary>
    /// <param name="code">One of <see cref="CloseCode"/>.</param>
    /// <param name="reason">For logs and developer consoles, at most 123 bytes.</param>
    /// <param name="lastFrame">What the client is told before.</param>
    /// <param name="dropQueue">Forget what waits: for a peer that does not read anyway.</param>
    public void Close(ushort code, string reason, OutgoingFrame? lastFrame = null, bool dropQueue = false)
    {
        lock (gate)
        {
            if (isClosing)
                return;
            isClosing = true;
            CloseReason = reason;
            closedWith = code;
            parked?.TrySetResult();
            if (dropQueue)
                queue.Clear();
            if (lastFrame is not null)
                queue.AddUnbounded(lastFrame);
            queue.AddUnbounded(OutgoingFrame.Close(code, Encoding.UTF8.GetBytes(reason)));
            ScheduleWriter();
        }
        line.CutAfter(options.CloseTimeout);
    }

    /// <summary>
    /// The next text message; its bytes are valid until the next call. Waiting for it holds no buffer, so an idle
    /// socket is cheap. Ends with <see cref="ReceivedKind.Closed"/> for a close frame, a cut line or a protocol error;
    /// a close frame is answered by <see cref="FinishAsync"/>, so that who is told of the end has already lost the
    /// seat. Reads the line that this connection came with, whichever connection goes on over it.
    /// </summary>
    /// <param name="maxBytes">
    /// Longer messages are read to their end and reported as <see cref="ReceivedKind.TooLarge"/>.
    /// </param>
    /// <param name="buffer">Kept by the caller between calls.</param>
    public async ValueTask<Received> ReceiveAsync(int maxBytes, ReceiveBuffer buffer)
    {
        var (socket, ended) = (accepting.Socket, accepting.Ended);
        try
        {
            buffer.Release();
            var start = await socket.ReceiveAsync(Memory<byte>.Empty, ended);
            if (start.MessageType == WebSocketMessageType.Close)
                return new Received(ReceivedKind.Closed, default);
            long total = 0;
            while (!start.EndOfMessage)
            {
                var room = total < maxBytes ? buffer.Room((int)total, maxBytes + 1) : buffer.Scratch();
                start = await socket.ReceiveAsync(room, ended);
                total += start.Count;
                if (start.MessageType == WebSocketMessageType.Close)
                    return new Received(ReceivedKind.Closed, default);
                if (total <= options.FatalTextBytes)
                    continue;
                (resumed ?? this).Close(CloseCode.MessageTooBig, "message too large", dropQueue: true);
                return new Received(ReceivedKind.Closed, default);
            }
            if (start.MessageType == WebSocketMessageType.Binary)
                return new Received(ReceivedKind.Binary, default);
            return total > maxBytes
                ? new Received(ReceivedKind.TooLarge, default)
                : new Received(ReceivedKind.Text, buffer.Written((int)total));
        }
        catch (Exception gone)
            when (gone is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            return new Received(ReceivedKind.Closed, default);
        }
    }

    /// <summary>
    /// Lets the writer finish and the peer leave, within the close timeout; call once, when reading is over.
    /// </summary>
    public async Task FinishAsync()
    {
        RealtimeMetrics.Ended(closedWith);
        Close(CloseCode.Normal, "bye");
        line.CutAfter(options.CloseTimeout);
        await line.Drained.Task.WaitAsync(options.CloseTimeout).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await DiscardInputAsync(line);
        line.End();
    }

    /// <summary>
    /// Closing a line on which unread bytes wait would reset it, and the peer might never see our last words. So read
    /// on until its close frame; after a protocol error, where frames mean nothing any more, until it is quiet.
    /// </summary>
    private static async Task DiscardInputAsync(Line line)
    {
        var scratch = ArrayPool<byte>.Shared.Rent(WriteChunk);
        try
        {
            while (line.Socket.State == WebSocketState.Open)
                await line.Socket.ReceiveAsync(scratch.AsMemory(), line.Ended);
            if (line.Socket.State == WebSocketState.CloseReceived)
            {
                // Our close frame is out; the framework's own goes nowhere, but lets the line end in peace.
                await line.Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, line.Ended);
                return;
            }
            line.CutAfter(QuietAfterProtocolError);
            while (await line.Transport.ReadAsync(scratch, line.Ended) > 0)
                line.CutAfter(QuietAfterProtocolError);
        }
        catch (Exception gone)
            when (gone is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The peer left or had its time: that is what we waited for.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }

    /// <summary>Cuts the line at once.</summary>
    public void Abort() => line.CutAfter(TimeSpan.Zero);
}
