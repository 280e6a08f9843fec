using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Chatalot.Integration.Tests.Infrastructure;

/// <summary>
/// One WebSocket as a client has it: everything that arrives is kept in order until a test asks for it. Nothing here
/// waits for a time; what must not come is proved by <see cref="DrainAsync"/>.
/// </summary>
internal sealed class TestSocket : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    private readonly ClientWebSocket socket = new();
    private readonly Channel<JsonElement> received = Channel.CreateUnbounded<JsonElement>();
    private long pings = 1_000_000;
    private Task reading = Task.CompletedTask;

    private TestSocket() { }

    /// <summary>How many frames have arrived, of whatever type.</summary>
    public long Received { get; private set; }

    /// <summary>Why the server closed the socket; null while it is open.</summary>
    public WebSocketCloseStatus? CloseStatus => socket.CloseStatus;

    /// <summary>A socket that has said nothing yet.</summary>
    public static async Task<TestSocket> OpenAsync(Uri server)
    {
        var result = new TestSocket();
        var address = new UriBuilder(server) { Scheme = "ws", Path = "/ws" }.Uri;
        await result.socket.ConnectAsync(address, CancellationToken.None);
        result.reading = result.ReadAsync();
        return result;
    }

    /// <summary>A socket of this person that has arrived: what the server greeted it with is taken already.</summary>
    public static async Task<TestSocket> ConnectAsync(Person person)
    {
        var (result, _) = await GreetedAsync(person);
        return result;
    }

    /// <summary>The same with the greeting, the first pong left out.</summary>
    public static async Task<(TestSocket Socket, IReadOnlyList<JsonElement> Greeting)> GreetedAsync(Person person)
    {
        var result = await OpenAsync(person.Server);
        await result.SendAsync(new { type = "authenticate", token = person.Token });
        var greeting = await result.DrainAsync();
        greeting[0].GetProperty("type").GetString().ShouldBe("authenticated");
        return (result, greeting);
    }

    /// <summary>Sends a frame; the members go out as they are named.</summary>
    public Task SendAsync(object frame) =>
        SendTextAsync(frame is JsonNode json ? json.ToJsonString() : JsonSerializer.Serialize(frame));

    /// <summary>Sends text, whatever it is.</summary>
    public Task SendTextAsync(string text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, CancellationToken.None);

    /// <summary>Subscribes, and waits until the server has done so.</summary>
    public async Task SubscribeAsync(params Guid[] channelIds)
    {
        await SendAsync(new { type = "subscribe", channel_ids = channelIds });
        await DrainAsync();
    }

    /// <summary>All frames up to the next one of this type, that one included and heartbeats left out.</summary>
    public async Task<IReadOnlyList<JsonElement>> UntilAsync(string type)
    {
        using var limit = new CancellationTokenSource(Limit);
        var frames = new List<JsonElement>();
        try
        {
            while (true)
            {
                var frame = await received.Reader.ReadAsync(limit.Token);
                var came = frame.GetProperty("type").GetString();
                if (came == "pong")
                    continue;
                frames.Add(frame);
                if (came == type)
                    return frames;
            }
        }
        catch (Exception end) when (end is OperationCanceledException or ChannelClosedException)
        {
            throw new TimeoutException($"no {type} came, but: {string.Join('\n', frames)}; closed: {CloseStatus}");
        }
    }

    /// <summary>The next frame of this type; frames of other types before it are dropped.</summary>
    /// <param name="type">The type.</param>
    /// <param name="or">Another type that will do.</param>
    public async Task<JsonElement> NextAsync(string type, string? or = null)
    {
        using var limit = new CancellationTokenSource(Limit);
        var dropped = new List<string>();
        try
        {
            while (true)
            {
                var frame = await received.Reader.ReadAsync(limit.Token);
                var came = frame.GetProperty("type").GetString();
                if (came == type || came == or)
                    return frame;
                dropped.Add(frame.ToString());
            }
        }
        catch (Exception end) when (end is OperationCanceledException or ChannelClosedException)
        {
            throw new TimeoutException($"no {type} came, but: {string.Join('\n', dropped)}; closed: {CloseStatus}");
        }
    }

    /// <summary>Every frame until the socket is closed.</summary>
    public IAsyncEnumerable<JsonElement> AllAsync() => received.Reader.ReadAllAsync();

    /// <summary>The next <c>error</c>, which must have this code.</summary>
    public async Task<JsonElement> NextErrorAsync(string code)
    {
        var error = await NextAsync("error");
        error.GetProperty("code").GetString().ShouldBe(code, error.ToString());
        return error;
    }

    /// <summary>
    /// Everything that arrived before the answer to a ping that is sent now, heartbeats left out: what the server had
    /// to say about all that this socket sent before.
    /// </summary>
    public async Task<IReadOnlyList<JsonElement>> DrainAsync()
    {
        var number = ++pings;
        await SendAsync(new { type = "ping", timestamp = number });
        using var limit = new CancellationTokenSource(Limit);
        var frames = new List<JsonElement>();
        while (true)
        {
            var frame = await received.Reader.ReadAsync(limit.Token);
            if (frame.GetProperty("type").GetString() != "pong")
                frames.Add(frame);
            else if (frame.GetProperty("timestamp").GetInt64() == number)
                return frames;
        }
    }

    /// <summary>Says goodbye and waits for the server's.</summary>
    public async Task CloseAsync()
    {
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        await reading.WaitAsync(Limit);
    }

    /// <summary>Waits until the server has closed the socket; the result is its code.</summary>
    public async Task<WebSocketCloseStatus?> ClosedAsync()
    {
        await reading.WaitAsync(Limit);
        return CloseStatus;
    }

    public async ValueTask DisposeAsync()
    {
        socket.Abort();
        await reading;
        socket.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[64 * 1024];
        using var message = new MemoryStream();
        try
        {
            while (await socket.ReceiveAsync(buffer, CancellationToken.None) is { } part)
            {
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    if (socket.State == WebSocketState.CloseReceived)
                        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
                    break;
                }
                message.Write(buffer, 0, part.Count);
                if (!part.EndOfMessage)
                    continue;
                Received++;
                received.Writer.TryWrite(JsonElement.Parse(message.ToArray()));
                message.SetLength(0);
            }
        }
        catch (Exception cut) when (cut is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The line was cut, by either side.
        }
        received.Writer.TryComplete();
    }
}
