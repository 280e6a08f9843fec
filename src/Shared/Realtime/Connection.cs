using System.Buffers;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;

namespace Chatalot.Shared.Realtime;

/// <summary>
/// One socket: one reader (<see cref="ReceiveAsync"/>, called in a loop by whoever accepted it) and one writer, which runs
/// on the thread pool only while something waits. Sending never blocks and never drops a frame: a peer that does not keep
/// up is closed with <see cref="CloseCode.TryAgainLater"/>, so that it comes back and fetches what it missed.
/// </summary>
public sealed class Connection : IThreadPoolWorkItem
{
    private const int WriteChunk = 64 * 1024;
    private static readonly TimeSpan QuietAfterProtocolError = TimeSpan.FromMilliseconds(250);

    private static long lastNumber;

    private readonly Lock gate = new();
    private readonly WebSocket socket;
    private readonly Stream transport;
    private readonly OutgoingQueue queue;
    private readonly RealtimeOptions options;
    private readonly CancellationTokenSource lifetime;
    private readonly TaskCompletionSource drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool isWriting;
    private bool isClosing;
    private ushort? closedWith;

    internal Connection(WebSocket socket, QueueingStream stream, RealtimeOptions options, CancellationToken aborted)
    {
        this.socket = socket;
        this.options = options;
        transport = stream.Transport;
        queue = new OutgoingQueue(options.QueueFrames, options.QueueBytes);
        lifetime = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        Ended = lifetime.Token;
        stream.FrameWritten = EnqueueControl;
        stream.FrameWithoutMask = () => Close(CloseCode.ProtocolError, "frames of clients carry a mask");
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
    public CancellationToken Ended { get; }

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
            if (queue.TryAdd(frame))
            {
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
            if (dropQueue)
                queue.Clear();
            if (lastFrame is not null)
                queue.AddUnbounded(lastFrame);
            queue.AddUnbounded(OutgoingFrame.Close(code, Encoding.UTF8.GetBytes(reason)));
            ScheduleWriter();
        }
        CutAfter(options.CloseTimeout);
    }

    /// <summary>
    /// The next text message; its bytes are valid until the next call. Waiting for it holds no buffer, so an idle socket is
    /// cheap. Ends with <see cref="ReceivedKind.Closed"/> for a close frame, a cut line or a protocol error; a close frame
    /// is answered by <see cref="FinishAsync"/>, so that who is told of the end has already lost the seat.
    /// </summary>
    /// <param name="maxBytes">Longer messages are read to their end and reported as <see cref="ReceivedKind.TooLarge"/>.</param>
    /// <param name="buffer">Kept by the caller between calls.</param>
    public async ValueTask<Received> ReceiveAsync(int maxBytes, ReceiveBuffer buffer)
    {
        try
        {
            buffer.Release();
            var start = await socket.ReceiveAsync(Memory<byte>.Empty, Ended);
            if (start.MessageType == WebSocketMessageType.Close)
                return new Received(ReceivedKind.Closed, default);
            long total = 0;
            while (!start.EndOfMessage)
            {
                var room = total < maxBytes ? buffer.Room((int)total, maxBytes + 1) : buffer.Scratch();
                start = await socket.ReceiveAsync(room, Ended);
                total += start.Count;
                if (start.MessageType == WebSocketMessageType.Close)
                    return new Received(ReceivedKind.Closed, default);
                if (total <= options.FatalTextBytes)
                    continue;
                Close(CloseCode.MessageTooBig, "message too large", dropQueue: true);
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

    /// <summary>Lets the writer finish and the peer leave, within the close timeout; call once, when reading is over.</summary>
    public async Task FinishAsync()
    {
        RealtimeMetrics.Ended(closedWith);
        Close(CloseCode.Normal, "bye");
        CutAfter(options.CloseTimeout);
        await drained.Task.WaitAsync(options.CloseTimeout).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await DiscardInputAsync();
        lifetime.Cancel();
        socket.Abort();
        lifetime.Dispose();
    }

    /// <summary>
    /// Closing a line on which unread bytes wait would reset it, and the peer might never see our last words. So read on
    /// until its close frame; after a protocol error, where frames mean nothing any more, until it is quiet.
    /// </summary>
    private async Task DiscardInputAsync()
    {
        var scratch = ArrayPool<byte>.Shared.Rent(WriteChunk);
        try
        {
            while (socket.State == WebSocketState.Open)
                await socket.ReceiveAsync(scratch.AsMemory(), Ended);
            if (socket.State == WebSocketState.CloseReceived)
            {
                // Our close frame is out; the framework's own goes nowhere, but lets the line end in peace.
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, Ended);
                return;
            }
            CutAfter(QuietAfterProtocolError);
            while (await transport.ReadAsync(scratch, Ended) > 0)
                CutAfter(QuietAfterProtocolError);
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
    public void Abort() => CutAfter(TimeSpan.Zero);

    private void CutAfter(TimeSpan delay)
    {
        try
        {
            lifetime.CancelAfter(delay);
        }
        catch (ObjectDisposedException)
        {
            // Finished in the meantime: there is nothing left to cut.
        }
    }

    /// <summary>Pongs, pings and close frames of the framework pass the bound: losing one would end a healthy connection.</summary>
    private void EnqueueControl(ReadOnlyMemory<byte> wire)
    {
        const int opcodeBits = 0x0F;
        const int closeOpcode = 0x08;
        lock (gate)
        {
            if (isClosing)
                return;
            queue.AddUnbounded(OutgoingFrame.Ready(wire.Span));
            isClosing = (wire.Span[0] & opcodeBits) == closeOpcode;
            ScheduleWriter();
        }
    }

    private void ScheduleWriter()
    {
        if (isWriting)
            return;
        isWriting = true;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute() => _ = WriteAsync();

    /// <summary>Writes what waits, many frames at a time, until nothing waits.</summary>
    private async Task WriteAsync()
    {
        byte[]? chunk = null;
        try
        {
            while (true)
            {
                ReadOnlyMemory<byte> bytes;
                long madeAt;
                lock (gate)
                {
                    if (queue.Count == 0)
                    {
                        isWriting = false;
                        if (isClosing)
                            drained.TrySetResult();
                        return;
                    }
                    madeAt = queue.Peek()!.MadeAt;
                    bytes = TakeChunk(ref chunk);
                }
                await transport.WriteAsync(bytes, Ended);
                if (madeAt > 0)
                    RealtimeMetrics.Delivery.Record(Stopwatch.GetElapsedTime(madeAt).TotalSeconds);
            }
        }
        catch (Exception gone)
            when (gone
                    is IOException
                        or OperationCanceledException
                        or ObjectDisposedException
                        or InvalidOperationException
            )
        {
            lock (gate)
            {
                isClosing = true;
                queue.Clear();
            }
            drained.TrySetResult();
            CutAfter(TimeSpan.Zero);
        }
        finally
        {
            if (chunk is not null)
                ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    private ReadOnlyMemory<byte> TakeChunk(ref byte[]? chunk)
    {
        var first = queue.Take();
        RealtimeMetrics.FramesOut.Add(first.Messages);
        if (queue.Peek() is not { } second || first.Bytes.Length + second.Bytes.Length > WriteChunk)
            return first.Bytes;
        chunk ??= ArrayPool<byte>.Shared.Rent(WriteChunk);
        first.Bytes.CopyTo(chunk);
        var filled = first.Bytes.Length;
        while (queue.Peek() is { } next && filled + next.Bytes.Length <= WriteChunk)
        {
            queue.Take();
            RealtimeMetrics.FramesOut.Add(next.Messages);
            next.Bytes.CopyTo(chunk.AsMemory(filled));
            filled += next.Bytes.Length;
        }
        return chunk.AsMemory(0, filled);
    }
}
