using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Chatalot.Features.Voice.Sfu;

/// <summary>
/// One session with Janus over its WebSocket API: requests and their answers, matched by transaction, and word of
/// events. Nothing is repeated here; after any fault the connection is of no use and another one is opened.
/// </summary>
internal sealed class JanusConnection : IAsyncDisposable
{
    public const string Plugin = "janus.plugin.videoroom";
    private const int MostPending = 64;

    private readonly JanusLine line = new();
    private readonly ConcurrentDictionary<string, Pending> pending = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource closing = new();
    private readonly SfuOptions options;
    private readonly Action<long> onEvent;
    private readonly Action onClosed;
    private Task reading = Task.CompletedTask;
    private Task keeping = Task.CompletedTask;
    private long sessionId;
    private long lastTransaction;
    private volatile bool isGone;

    private JanusConnection(SfuOptions options, Action<long> onEvent, Action onClosed) =>
        (this.options, this.onEvent, this.onClosed) = (options, onEvent, onClosed);

    /// <summary>False once the line is gone.</summary>
    public bool IsOpen => !isGone;

    /// <summary>Connects and opens a session.</summary>
    /// <param name="options">Where and with what.</param>
    /// <param name="onEvent">Called with the handle to which an event came; must not wait.</param>
    /// <param name="onClosed">Called once when the line is gone.</param>
    /// <param name="clock">Times the signs of life.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="WebSocketException">Nobody is there.</exception>
    /// <exception cref="IOException">No answer in time.</exception>
    /// <exception cref="JanusRefusalException">Not with this secret.</exception>
    public static async Task<JanusConnection> OpenAsync(
        SfuOptions options,
        Action<long> onEvent,
        Action onClosed,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var janus = new JanusConnection(options, onEvent, onClosed);
        try
        {
            using (var limit = CancellationTokenSource.CreateLinkedTokenSource(ct))
            {
                limit.CancelAfter(options.RequestTimeout);
                await InTimeAsync(janus.line.ConnectAsync(options.Url, limit.Token), ct);
            }
            janus.reading = janus.ReadAllAsync();
            var session = await janus.RequestAsync(new JsonObject { ["janus"] = "create" }, ct);
            janus.sessionId = session.GetProperty("data").GetProperty("id").GetInt64();
            janus.keeping = janus.KeepAliveAsync(clock);
            return janus;
        }
        catch
        {
            await janus.DisposeAsync();
            throw;
        }
    }

    /// <summary>A new handle of the plugin, which is what rooms are joined and asked with.</summary>
    public async Task<long> AttachAsync(CancellationToken ct) =>
        (await RequestAsync(new JsonObject { ["janus"] = "attach", ["plugin"] = Plugin }, ct))
            .GetProperty("data")
            .GetProperty("id")
            .GetInt64();

    /// <summary>Gives a handle up: Janus keeps a thread for each.</summary>
    public Task DetachAsync(long handle, CancellationToken ct) =>
        RequestAsync(new JsonObject { ["janus"] = "detach", ["handle_id"] = handle }, ct);

    /// <summary>Asks the plugin and gives its answer.</summary>
    /// <exception cref="JanusRefusalException">The plugin says no.</exception>
    /// <exception cref="IOException">No answer: the line is gone, or it took too long.</exception>
    public async Task<JsonElement> AskAsync(long handle, JsonObject body, CancellationToken ct)
    {
        var request = new JsonObject
        {
            ["janus"] = "message",
            ["handle_id"] = handle,
            ["body"] = body,
        };
        var answer = (await RequestAsync(request, ct)).GetProperty("plugindata").GetProperty("data");
        return answer.TryGetProperty("error_code", out var code)
            ? throw new JanusRefusalException(code.GetInt32(), TextOf(answer, "error"))
            : answer;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Janus ends the session with the line.
        await closing.CancelAsync();
        line.Abort();
        await Task.WhenAll(reading, keeping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        line.Dispose();
        closing.Dispose();
    }

    private async Task<JsonElement> RequestAsync(JsonObject request, CancellationToken ct)
    {
        if (pending.Count >= MostPending)
            throw new IOException("Janus leaves too much unanswered");
        var transaction = $"{Interlocked.Increment(ref lastTransaction)}";
        request["transaction"] = transaction;
        request["apisecret"] = options.ApiSecret;
        if (sessionId != 0)
            request["session_id"] = sessionId;
        var waiting = new Pending(IsAcknowledgedOnly: request["janus"]!.GetValue<string>() == "keepalive");
        pending[transaction] = waiting;
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct, closing.Token);
            limit.CancelAfter(options.RequestTimeout);
            return await InTimeAsync(SendAndWaitAsync(request, waiting, limit.Token), ct);
        }
        finally
        {
            pending.TryRemove(transaction, out _);
        }
    }

    private async Task<JsonElement> SendAndWaitAsync(JsonObject request, Pending waiting, CancellationToken ct)
    {
        await line.SendAsync(request, ct);
        // The reader may have ended before this was waited for: then nobody would answer.
        if (isGone)
            throw new IOException("the line to Janus is gone");
        return await waiting.Answer.Task.WaitAsync(ct);
    }

    private static async Task<T> InTimeAsync<T>(Task<T> work, CancellationToken ct)
    {
        await InTimeAsync((Task)work, ct);
        return await work;
    }

    /// <summary>A limit that ran out is a fault of Janus, not a cancellation of the caller's.</summary>
    private static async Task InTimeAsync(Task work, CancellationToken ct)
    {
        try
        {
            await work;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new IOException("no answer from Janus");
        }
    }

    private async Task ReadAllAsync()
    {
        try
        {
            while (await line.ReceiveAsync(closing.Token) is { } message)
                Take(message);
        }
        catch (Exception lost)
            when (lost
                    is WebSocketException
                        or OperationCanceledException
                        or ObjectDisposedException
                        or JsonException
                        or InvalidOperationException
                        or FormatException
                        or KeyNotFoundException
            )
        {
            // Gone, or no Janus: whoever waits for an answer is told below, everybody else that the line is not open.
        }
        finally
        {
            isGone = true;
            foreach (var waiting in pending.Values)
                waiting.Answer.TrySetException(new IOException("the line to Janus is gone"));
            onClosed();
        }
    }

    private void Take(JsonElement message)
    {
        var kind = TextOf(message, "janus");
        if (TextOf(message, "transaction") is { Length: > 0 } transaction)
        {
            if (!pending.TryGetValue(transaction, out var waiting) || (kind == "ack" && !waiting.IsAcknowledgedOnly))
                return;
            if (kind == "error" && message.TryGetProperty("error", out var error))
                waiting.Answer.TrySetException(
                    new JanusRefusalException(error.GetProperty("code").GetInt32(), TextOf(error, "reason"))
                );
            else
                waiting.Answer.TrySetResult(message);
        }
        else if (message.TryGetProperty("sender", out var sender))
        {
            onEvent(sender.GetInt64());
        }
    }

    private async Task KeepAliveAsync(TimeProvider clock)
    {
        using var timer = new PeriodicTimer(options.KeepAlive, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(closing.Token))
                await RequestAsync(new JsonObject { ["janus"] = "keepalive" }, closing.Token);
        }
        catch (Exception lost)
            when (lost is IOException or WebSocketException or JanusRefusalException or OperationCanceledException)
        {
            line.Abort();
        }
    }

    private static string TextOf(JsonElement json, string member) =>
        json.TryGetProperty(member, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString()! : "";

    private sealed record Pending(bool IsAcknowledgedOnly)
    {
        public TaskCompletionSource<JsonElement> Answer { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
