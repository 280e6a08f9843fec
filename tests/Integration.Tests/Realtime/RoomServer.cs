using System.Net.WebSockets;
using System.Text;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Shared.Realtime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Chatalot.Integration.Tests.Realtime;

/// <summary>
/// The socket layer alone on a real port: every text is published to one room, <c>/</c> being the room's path.
/// </summary>
internal sealed class RoomServer : IAsyncDisposable
{
    public static readonly Guid Room = Guid.NewGuid();

    private readonly WebApplication app;

    private RoomServer(WebApplication app) => this.app = app;

    public Rooms Rooms => app.Services.GetRequiredService<Rooms>();

    public List<Connection> Accepted { get; } = [];

    public List<ReceivedKind> ReceivedKinds { get; } = [];

    private Uri Address => new(app.Urls.First().Replace("http", "ws", StringComparison.Ordinal));

    public static async Task<RoomServer> StartAsync(RealtimeOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddRealtime(options);
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.UseRealtimeSockets();
        var server = new RoomServer(app);
        app.Run(context => server.ServeAsync(context, options));
        await app.StartAsync();
        return server;
    }

    public async Task<ClientWebSocket> ConnectAsync()
    {
        var before = Rooms.IsOccupied(Room) ? Count() : 0;
        var client = new ClientWebSocket();
        await client.ConnectAsync(Address, CancellationToken.None);
        await Eventually.TrueAsync(() => Count() > before);
        return client;
    }

    public void Publish(string text) => Rooms.Publish(Room, OutgoingFrame.Text(Encoding.UTF8.GetBytes(text)));

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in Accepted)
            connection.Abort();
        await app.DisposeAsync();
    }

    private int Count()
    {
        lock (Accepted)
            return Accepted.Count;
    }

    private async Task ServeAsync(HttpContext context, RealtimeOptions options)
    {
        var connection = await context.AcceptConnectionAsync(options);
        Rooms.Enter(Room, connection);
        lock (Accepted)
            Accepted.Add(connection);
        using var buffer = new ReceiveBuffer();
        while (true)
        {
            var received = await connection.ReceiveAsync(options.MaxTextBytes, buffer);
            lock (ReceivedKinds)
                ReceivedKinds.Add(received.Kind);
            if (received.Kind == ReceivedKind.Closed)
                break;
            if (received.Kind == ReceivedKind.Text)
                Rooms.Publish(Room, OutgoingFrame.Text(received.Utf8.Span));
        }
        Rooms.LeaveAll(connection, forGood: true);
        await connection.FinishAsync();
    }
}

internal static class Sockets
{
    public static Task SendTextAsync(this ClientWebSocket client, string text) =>
        client.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, CancellationToken.None);

    /// <summary>The next message, or <c>closed CODE</c>.</summary>
    public static async Task<string> ReceiveTextAsync(this ClientWebSocket client)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var buffer = new byte[1024];
        var length = 0;
        while (true)
        {
            var result = await client.ReceiveAsync(buffer.AsMemory(length), limit.Token);
            if (result.MessageType == WebSocketMessageType.Close)
                return $"closed {(int)client.CloseStatus!}";
            length += result.Count;
            if (length == buffer.Length)
                Array.Resize(ref buffer, 2 * length);
            if (result.EndOfMessage)
                return Encoding.UTF8.GetString(buffer, 0, length);
        }
    }
}
