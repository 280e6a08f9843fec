using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Chatalot.Features.Voice.Sfu;

/// <summary>A WebSocket that carries JSON, one message at a time in each direction and none beyond a limit.</summary>
internal sealed class JanusLine : IDisposable
{
    private const string SubProtocol = "janus-protocol";
    private const int LargestMessage = 1024 * 1024;

    private readonly ClientWebSocket socket = new();
    private readonly SemaphoreSlim sending = new(1);
    private readonly MemoryStream message = new();
    private readonly byte[] buffer = new byte[16 * 1024];

    public Task ConnectAsync(Uri url, CancellationToken ct)
    {
        socket.Options.AddSubProtocol(SubProtocol);
        return socket.ConnectAsync(url, ct);
    }

    public async Task SendAsync(JsonObject json, CancellationToken ct)
    {
        await sending.WaitAsync(ct);
        try
        {
            var utf8 = Encoding.UTF8.GetBytes(json.ToJsonString());
            await socket.SendAsync(utf8, WebSocketMessageType.Text, endOfMessage: true, ct);
        }
        finally
        {
            sending.Release();
        }
    }

    /// <summary>The next message; null when the other side closes, or sends more than anybody should.</summary>
    /// <exception cref="JsonException">No JSON.</exception>
    public async Task<JsonElement?> ReceiveAsync(CancellationToken ct)
    {
        message.SetLength(0);
        ValueWebSocketReceiveResult part;
        do
        {
            part = await socket.ReceiveAsync(buffer.AsMemory(), ct);
            message.Write(buffer, 0, part.Count);
        } while (!part.EndOfMessage && message.Length <= LargestMessage);
        return part.MessageType is WebSocketMessageType.Close || message.Length > LargestMessage
            ? null
            : JsonElement.Parse(message.GetBuffer().AsSpan(0, (int)message.Length));
    }

    /// <summary>Ends the line at once; whoever sends or receives hears of it.</summary>
    public void Abort() => socket.Abort();

    public void Dispose()
    {
        socket.Dispose();
        sending.Dispose();
        message.Dispose();
    }
}
