using System.Net.WebSockets;

namespace Chatalot.Shared.Realtime;

/// <summary>
/// What connects a <see cref="Connection"/> with its peer: the framework's WebSocket to read from and the stream below
/// it to write to. When it breaks, a connection that is resumed goes on over another one.
/// </summary>
internal sealed class Line
{
    private readonly CancellationTokenSource lifetime;
    private int isDisposed;

    public Line(WebSocket socket, QueueingStream stream, CancellationToken aborted)
    {
        Socket = socket;
        Stream = stream;
        lifetime = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        Ended = lifetime.Token;
    }

    public WebSocket Socket { get; }

    public QueueingStream Stream { get; }

    public Stream Transport => Stream.Transport;

    /// <summary>Cancelled when the line is cut.</summary>
    public CancellationToken Ended { get; }

    /// <summary>All that was to be written is, or never will be.</summary>
    public TaskCompletionSource Drained { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Somebody writes; under the connection's lock.</summary>
    public bool IsWriting { get; set; }

    /// <summary>What the writer does.</summary>
    public Action? Write { get; set; }

    public void CutAfter(TimeSpan delay)
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

    /// <summary>Cuts it and lets go of it; once is enough.</summary>
    public void End()
    {
        if (Interlocked.Exchange(ref isDisposed, 1) == 1)
            return;
        lifetime.Cancel();
        Socket.Abort();
        lifetime.Dispose();
    }
}
