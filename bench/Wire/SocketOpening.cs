using System.Net.Sockets;
using System.Text;

namespace Chatalot.Bench.Wire;

/// <summary>
/// Opens a socket the way a client does: connect, upgrade, authenticate, subscribe. Blocking on purpose: the
/// framework's asynchronous calls would register the socket with its own event engine for good.
/// </summary>
internal sealed class SocketOpening : IFrameSink
{
    // Frames of one connection are handled in order, so this ping's echo says that the subscription before it is in
    // force.
    private const long SubscribedMark = 4_071_986_520_113;
    private const int UpgradeAttempts = 30;
    private const int ScratchSize = 64 * 1024;

    [ThreadStatic]
    private static byte[]? t_scratch;

    private bool _authenticated;
    private bool _subscribed;
    private string? _refusal;

    /// <exception cref="IOException">The server refused or dropped the connection; the message says why.</exception>
    public static ClientSocket Open(Uri server, string token, IReadOnlyCollection<Guid> channels)
    {
        var scratch = t_scratch ??= new byte[ScratchSize];
        var socket = Upgrade(server, scratch);
        try
        {
            socket.Send(ClientFrames.Authenticate(token));
            foreach (var part in channels.Chunk(200))
                socket.Send(ClientFrames.Subscribe(part));
            socket.Send(ClientFrames.Ping(SubscribedMark));
            new SocketOpening().WaitUntilReady(socket, scratch);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void OnText(ReadOnlySpan<byte> json)
    {
        switch (ServerFrame.KindOf(json))
        {
            case FrameKind.Authenticated:
                _authenticated = true;
                break;
            case FrameKind.Pong:
                _subscribed |= json.IndexOf("4071986520113"u8) >= 0;
                break;
            case FrameKind.Error:
                _refusal = ServerFrame.ErrorOf(json);
                break;
        }
    }

    private void WaitUntilReady(ClientSocket socket, byte[] scratch)
    {
        while (!(_authenticated && _subscribed))
        {
            var open = socket.Receive(scratch, this);
            if (_refusal is not null)
                throw new IOException($"the server answered with an error: {_refusal}");
            if (!open)
                throw new IOException(
                    $"the server dropped the connection before it was ready (code {socket.CloseCode})"
                );
        }
    }

    private static ClientSocket Upgrade(Uri server, byte[] scratch)
    {
        for (var attempt = 1; ; attempt++)
        {
            var connection = Connect(server);
            var (status, headerSize, received) = Handshake(connection, server, scratch);
            if (status == 101)
            {
                var socket = new ClientSocket(connection);
                socket.PushBack(scratch.AsSpan(headerSize, received - headerSize));
                return socket;
            }
            connection.Dispose();
            if (status != 429 || attempt == UpgradeAttempts)
                throw new IOException($"the server answered the WebSocket upgrade with {status}");
            Thread.Sleep(TimeSpan.FromSeconds(1));
        }
    }

    private static Socket Connect(Uri server)
    {
        var connection = new Socket(SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveTimeout = 15_000,
            SendTimeout = 15_000,
        };
        try
        {
            connection.Connect(server.Host, server.Port);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static (int Status, int HeaderSize, int Received) Handshake(Socket connection, Uri server, byte[] scratch)
    {
        var request =
            $"GET /ws HTTP/1.1\r\nHost: {server.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: Y2hhdGFsb3QtYmVuY2gtMQ==\r\n\r\n";
        connection.Send(Encoding.ASCII.GetBytes(request));
        var received = 0;
        while (true)
        {
            var count = connection.Receive(scratch.AsSpan(received));
            if (count == 0)
                throw new IOException("the server closed the connection during the WebSocket upgrade");
            received += count;
            var end = scratch.AsSpan(0, received).IndexOf("\r\n\r\n"u8);
            if (end >= 0)
                return (int.Parse(scratch.AsSpan(9, 3)), end + 4, received);
        }
    }
}
