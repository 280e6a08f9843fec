using System.Net.WebSockets;

namespace Chatalot.Shared.Realtime;

/// <content>
/// A connection that keeps what it sent outlives its line for a while: it stays in its rooms and goes on counting, and
/// when its client comes back over another line, that one gets what the first one lost, and then everything as it
/// comes.
/// </content>
public sealed partial class Connection
{
    private SentFrames? sent;
    private TaskCompletionSource? parked;
    private Connection? resumed;

    /// <summary>Its line broke, and its client may come back.</summary>
    public bool IsParked
    {
        get
        {
            lock (gate)
                return parked is not null;
        }
    }

    /// <summary>
    /// From now on the connection can be resumed; the count of messages begins behind the announcement.
    /// </summary>
    public void KeepSent(OutgoingFrame announcement)
    {
        lock (gate)
        {
            Send(announcement);
            sent = new SentFrames(options.ResumeFrames, options.ResumeBytes);
        }
    }

    /// <summary>
    /// Call when nothing more can be read from the line that <paramref name="accepted"/> came with, before the
    /// connection is torn down. True when it goes on over another line, now or within the window: then it is not yours
    /// any more.
    /// </summary>
    public async Task<bool> GoesOnAsync(Connection accepted)
    {
        var own = accepted.accepting;
        Task end;
        lock (gate)
        {
            // Closed by us, or by the peer in all form: nobody comes back.
            if (line == own && (sent is null || isClosing || own.Socket.State is WebSocketState.CloseReceived))
                return false;
            end = Task.CompletedTask;
            if (line == own)
            {
                parked = new(TaskCreationOptions.RunContinuationsAsynchronously);
                end = parked.Task;
                queue.Clear();
            }
        }
        own.End();
        own.Drained.TrySetResult();
        await Task.WhenAny(end, Task.Delay(options.ResumeWindow));
        lock (gate)
        {
            if (line != own)
                return true;
            parked = null;
            isClosing = true;
            return false;
        }
    }

    /// <summary>
    /// Goes on over the line of a connection that was just accepted and has sent nothing. False when it cannot: it is
    /// over, or what the client lost is not known any more.
    /// </summary>
    /// <param name="fresh">Where the client is now.</param>
    /// <param name="received">How many messages it received since <see cref="KeepSent"/>.</param>
    /// <param name="welcome">Goes out first, uncounted.</param>
    public bool TryResume(Connection fresh, long received, OutgoingFrame welcome)
    {
        Line before;
        lock (gate)
        {
            if (sent?.After(received) is not { } missed || isClosing || fresh.TakeLine() is not { } taken)
                return false;
            fresh.resumed = this;
            before = line;
            line = taken;
            Attach(taken);
            queue.Clear();
            queue.AddUnbounded(welcome);
            foreach (var frame in missed)
                queue.AddUnbounded(frame);
            parked?.TrySetResult();
            parked = null;
            ScheduleWriter();
        }
        // The old line may look healthy still: whoever reads from it learns that it is over.
        before.CutAfter(TimeSpan.Zero);
        return true;
    }

    /// <summary>The line, unless something is being written to it or it is over.</summary>
    private Line? TakeLine()
    {
        lock (gate)
        {
            if (line.IsWriting || isClosing)
                return null;
            isClosing = true;
            return line;
        }
    }
}
