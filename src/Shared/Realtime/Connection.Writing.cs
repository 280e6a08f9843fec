using System.Buffers;
using System.Diagnostics;

namespace Chatalot.Shared.Realtime;

/// <content>The one writer, which runs on the thread pool only while something waits.</content>
public sealed partial class Connection
{
    private void Attach(Line to)
    {
        to.Write = () => _ = WriteAsync(to);
        to.Stream.FrameWritten = wire => EnqueueControl(to, wire);
        to.Stream.FrameWithoutMask = () => Close(CloseCode.ProtocolError, "frames of clients carry a mask");
    }

    /// <summary>
    /// Pongs, pings and close frames of the framework pass the bound: losing one would end a healthy connection.
    /// </summary>
    private void EnqueueControl(Line from, ReadOnlyMemory<byte> wire)
    {
        const int opcodeBits = 0x0F;
        const int closeOpcode = 0x08;
        lock (gate)
        {
            if (isClosing || from != line)
                return;
            queue.AddUnbounded(OutgoingFrame.Ready(wire.Span));
            isClosing = (wire.Span[0] & opcodeBits) == closeOpcode;
            ScheduleWriter();
        }
    }

    private void ScheduleWriter()
    {
        if (line.IsWriting)
            return;
        line.IsWriting = true;
        Writers.Schedule(line);
    }

    /// <summary>
    /// Writes what waits, many frames at a time, until nothing waits or the connection goes on elsewhere.
    /// </summary>
    private async Task WriteAsync(Line to)
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
                    if (queue.Count == 0 || to != line)
                    {
                        to.IsWriting = false;
                        if (isClosing)
                            to.Drained.TrySetResult();
                        return;
                    }
                    madeAt = queue.Peek()!.MadeAt;
                    bytes = TakeChunk(ref chunk);
                }
                await to.Transport.WriteAsync(bytes, to.Ended);
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
                if (to == line)
                {
                    // What can be sent again is not lost yet.
                    isClosing |= sent is null;
                    queue.Clear();
                }
            }
            to.Drained.TrySetResult();
            to.CutAfter(TimeSpan.Zero);
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
