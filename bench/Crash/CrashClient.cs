using System.Net.Sockets;
using Chatalot.Bench.Accounts;
using Chatalot.Bench.Load;
using Chatalot.Bench.Wire;

namespace Chatalot.Bench.Crash;

/// <summary>
/// A client that keeps coming back: it opens a socket, uses it until it breaks, waits a moment, opens the next.
/// </summary>
internal abstract class CrashClient(Uri server, Account user, Guid channel) : IFrameSink
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    protected Guid Channel => channel;

    protected abstract IReadOnlyCollection<Guid> Subscriptions { get; }

    /// <summary>True while its socket is open and ready.</summary>
    public bool IsConnected { get; private set; }

    public void Run(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                using var socket = SocketOpening.Open(server, user.AccessToken, Subscriptions);
                using var stop = ct.Register(socket.Dispose);
                IsConnected = true;
                Use(socket, ct);
            }
            catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
            {
                // The server is down or being killed under us: that is what this run is about.
            }
            IsConnected = false;
            ct.WaitHandle.WaitOne(Pause);
        }
    }

    public abstract void OnText(ReadOnlySpan<byte> json);

    /// <summary>Uses the socket until it breaks.</summary>
    protected abstract void Use(ClientSocket socket, CancellationToken ct);
}

/// <summary>Sends with a few messages under way and writes down which ids the server acknowledged.</summary>
internal sealed class CrashWriter(Uri server, Account user, Guid channel, int index)
    : CrashClient(server, user, channel)
{
    private const int Window = 4;
    private const int TextBytes = 40;

    // Messages are under way at any moment, and yet the history stays short enough to be read after each round.
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan PauseAfterRefusal = TimeSpan.FromMilliseconds(50);

    private readonly List<Guid> _acknowledged = [];
    private readonly Sender _sender = new(index, channel, TextBytes);
    private readonly byte[] _scratch = new byte[64 * 1024];
    private int _underWay;
    private bool _refused;

    public int Index => index;

    public IReadOnlyList<Guid> Acknowledged
    {
        get
        {
            lock (_acknowledged)
                return [.. _acknowledged];
        }
    }

    public int AcknowledgedCount
    {
        get
        {
            lock (_acknowledged)
                return _acknowledged.Count;
        }
    }

    // Sending needs no subscription, and what others write is the readers' business.
    protected override IReadOnlyCollection<Guid> Subscriptions => [];

    public override void OnText(ReadOnlySpan<byte> json)
    {
        var kind = ServerFrame.KindOf(json);
        if (kind is not (FrameKind.MessageSent or FrameKind.Error))
            return;
        _underWay--;
        _refused |= kind == FrameKind.Error;
        if (kind == FrameKind.MessageSent)
            lock (_acknowledged)
                _acknowledged.Add(ServerFrame.IdOf(json));
    }

    protected override void Use(ClientSocket socket, CancellationToken ct)
    {
        _underWay = 0;
        do
        {
            for (; _underWay < Window; _underWay++)
                socket.Send(_sender.Next(Clock.Microseconds));
            ct.WaitHandle.WaitOne(_refused ? PauseAfterRefusal : Pace);
            _refused = false;
        } while (socket.Receive(_scratch, this));
    }
}

/// <summary>Writes down what arrives, one list for each connection.</summary>
internal sealed class CrashReader(Uri server, Account user, Guid channel) : CrashClient(server, user, channel)
{
    private readonly List<List<Guid>> _connections = [];
    private readonly byte[] _scratch = new byte[256 * 1024];

    /// <summary>The ids received, connection by connection.</summary>
    public IReadOnlyList<IReadOnlyList<Guid>> Received
    {
        get
        {
            lock (_connections)
                return [.. _connections.Select(ids => ids.ToArray())];
        }
    }

    protected override IReadOnlyCollection<Guid> Subscriptions => [Channel];

    public override void OnText(ReadOnlySpan<byte> json)
    {
        if (ServerFrame.KindOf(json) != FrameKind.NewMessage)
            return;
        lock (_connections)
            _connections[^1].Add(ServerFrame.IdOf(json));
    }

    protected override void Use(ClientSocket socket, CancellationToken ct)
    {
        lock (_connections)
            _connections.Add([]);
        while (socket.Receive(_scratch, this)) { }
    }
}
