using Chatalot.Bench.Wire;

namespace Chatalot.Bench.Load;

/// <summary>
/// Sockets that one thread reads and writes, so that both ends of a latency are on one clock. A socket that the server
/// closes ends the run.
/// </summary>
internal sealed class SocketSet(int capacity) : IDisposable
{
    private readonly byte[] _scratch = new byte[512 * 1024];
    private readonly Epoll _epoll = new(capacity);
    private readonly List<Seat> _seats = [];

    /// <summary>Takes over a socket that is ready and hands its frames to the sink.</summary>
    public void Add(ClientSocket socket, IFrameSink sink)
    {
        socket.StopBlocking();
        _epoll.Add(socket.Handle, _seats.Count);
        _seats.Add(new Seat(socket, sink));
    }

    /// <summary>Polls until the condition holds.</summary>
    public void PollUntil(Func<bool> isOver, CancellationToken ct)
    {
        while (!isOver())
        {
            ct.ThrowIfCancellationRequested();
            Poll();
        }
    }

    /// <summary>Reads and writes what can be, after a millisecond at most.</summary>
    /// <exception cref="IOException">The server closed a socket.</exception>
    public void Poll()
    {
        var count = _epoll.Wait(milliseconds: 1);
        for (var i = 0; i < count; i++)
        {
            var (tag, writable) = _epoll[i];
            var seat = _seats[tag];
            if ((writable && !seat.Socket.Flush()) || !seat.Socket.Receive(_scratch, seat.Sink))
                throw new IOException($"the server closed a socket with code {seat.Socket.CloseCode}");
            if (seat.IsWatched == seat.Socket.HasUnsent)
                continue;
            seat.IsWatched = seat.Socket.HasUnsent;
            _epoll.WatchWritable(seat.Socket.Handle, tag, seat.IsWatched);
        }
    }

    public void Dispose()
    {
        _epoll.Dispose();
        _seats.ForEach(seat => seat.Socket.Dispose());
    }

    private sealed class Seat(ClientSocket socket, IFrameSink sink)
    {
        public ClientSocket Socket => socket;

        public IFrameSink Sink => sink;

        /// <summary>Whether room in its send buffer is waited for.</summary>
        public bool IsWatched { get; set; }
    }
}
