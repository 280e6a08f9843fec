using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net.WebSockets;

namespace Chatalot.Bench.Floor;

/// <summary>
/// The least that a WebSocket fan-out can do in this runtime: no accounts, no checks, no storage, no JSON. It speaks
/// just enough of the protocol for the same generator, and its frames have the size of the real server's.
/// </summary>
internal sealed class BareServer
{
    private const int IdLength = 36;

    private readonly ConcurrentDictionary<Guid, BareRoom> _rooms = new();
    private readonly byte[] _authenticated = BareFrame.Authenticated();

    /// <summary>Serves until <paramref name="ct"/>; prints the port that it listens on as its first line.</summary>
    public static async Task RunAsync(int port, CancellationToken ct)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        await using var app = builder.Build();
        var server = new BareServer();
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = Timeout.InfiniteTimeSpan });
        app.Run(server.AcceptAsync);
        await app.StartAsync(ct);
        Console.WriteLine(new Uri(app.Urls.First()).Port);
        await app.WaitForShutdownAsync(ct);
    }

    private async Task AcceptAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            return;
        }
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var connection = new BareConnection(socket);
        try
        {
            await ReadAsync(socket, connection, context.RequestAborted);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            // The client went away; nothing is kept for it.
        }
        foreach (var room in _rooms.Values)
            room.Remove(connection);
    }

    private async Task ReadAsync(WebSocket socket, BareConnection connection, CancellationToken ct)
    {
        var buffer = new byte[4096];
        var size = 0;
        while (true)
        {
            var result = await socket.ReceiveAsync(buffer.AsMemory(size), ct);
            if (result.MessageType == WebSocketMessageType.Close)
                return;
            size += result.Count;
            if (!result.EndOfMessage)
            {
                if (size == buffer.Length)
                    Array.Resize(ref buffer, size * 2);
                continue;
            }
            Handle(connection, buffer.AsSpan(0, size));
            size = 0;
        }
    }

    private void Handle(BareConnection connection, ReadOnlySpan<byte> json)
    {
        if (json.StartsWith("{\"type\":\"send_message\""u8))
            Send(connection, json);
        else if (json.StartsWith("{\"type\":\"subscribe\""u8))
            Subscribe(connection, json);
        else if (json.StartsWith("{\"type\":\"ping\""u8))
            connection.Post(BareFrame.Pong(json));
        else if (json.StartsWith("{\"type\":\"authenticate\""u8))
            connection.Post(_authenticated);
    }

    private void Subscribe(BareConnection connection, ReadOnlySpan<byte> json)
    {
        var ids = json[(json.IndexOf((byte)'[') + 1)..];
        while (ids.Length > IdLength && ids[0] == '"')
        {
            _rooms.GetOrAdd(ParseId(ids[1..]), _ => new BareRoom()).Add(connection);
            ids = ids[(IdLength + 2)..].TrimStart((byte)',');
        }
    }

    private void Send(BareConnection sender, ReadOnlySpan<byte> json)
    {
        var channelId = json.Slice("{\"type\":\"send_message\",\"channel_id\":\"".Length, IdLength);
        sender.Post(BareFrame.MessageSent(channelId));
        if (_rooms.TryGetValue(ParseId(channelId), out var room))
            room.Broadcast(BareFrame.NewMessage(channelId, json[json.IndexOf("\"ciphertext\""u8)..]), sender);
    }

    private static Guid ParseId(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text[..IdLength], out Guid id, out _)
            ? id
            : throw new WebSocketException("a channel id was expected");
}
