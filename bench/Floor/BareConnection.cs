using System.Net.WebSockets;

namespace Chatalot.Bench.Floor;

/// <summary>
/// The sending side of one socket of the bare server: a bounded queue that whoever posts into it drains, one frame at a
/// time. A socket whose queue is full is aborted.
/// </summary>
internal sealed class BareConnection(WebSocket socket)
{
    private const int Bound = 4096;

    private readonly Queue<ReadOnlyMemory<byte>> _queue = new();
    private bool _sending;

    public void Post(ReadOnlyMemory<byte> frame)
    {
        lock (_queue)
        {
            if (_queue.Count == Bound)
            {
                socket.Abort();
                return;
            }
            _queue.Enqueue(frame);
            if (_sending)
                return;
            _sending = true;
        }
        _ = DrainAsync();
    }

    private async Task DrainAsync()
    {
        try
        {
            while (TryNext(out var frame))
                await socket.SendAsync(frame, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The reading side sees the same end and takes the connection out of its rooms.
            socket.Abort();
        }
    }

    private bool TryNext(out ReadOnlyMemory<byte> frame)
    {
        lock (_queue)
        {
            _sending = _queue.TryDequeue(out frame);
            return _sending;
        }
    }
}
