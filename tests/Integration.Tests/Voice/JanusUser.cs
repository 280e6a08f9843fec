using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Chatalot.Integration.Tests.Voice;

/// <summary>A client of Janus as a browser is one, without media; no server code helps.</summary>
internal sealed class JanusUser : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly ClientWebSocket socket = new();
    private readonly (string Member, string Value) proof;
    private readonly byte[] buffer = new byte[64 * 1024];
    private JsonNode? session;
    private JsonNode? handle;
    private int last;

    private JanusUser((string Member, string Value) proof) => this.proof = proof;

    /// <summary>A session with a handle of the plugin, or the error code with which Janus refuses it.</summary>
    public static async Task<(JanusUser User, int Refusal)> OpenAsync(Uri url, string proofMember, string proof)
    {
        var user = new JanusUser((proofMember, proof));
        user.socket.Options.AddSubProtocol("janus-protocol");
        await user.socket.ConnectAsync(url, CancellationToken.None);
        var created = await user.RequestAsync(new JsonObject { ["janus"] = "create" });
        if (created.TryGetProperty("error", out var error))
            return (user, error.GetProperty("code").GetInt32());
        user.session = IdOf(created);
        user.handle = IdOf(
            await user.RequestAsync(new JsonObject { ["janus"] = "attach", ["plugin"] = "janus.plugin.videoroom" })
        );
        return (user, 0);
    }

    /// <summary>Somebody whom a server told of a room.</summary>
    public static async Task<JanusUser> OpenAsync(JsonElement voiceSfu)
    {
        var url = new Uri(voiceSfu.GetProperty("url").GetString()!);
        var (user, refusal) = await OpenAsync(url, "token", voiceSfu.GetProperty("api_token").GetString()!);
        refusal.ShouldBe(0);
        return user;
    }

    /// <summary>Joins the room; 0 or Janus' error code.</summary>
    public async Task<int> JoinAsync(JsonElement voiceSfu, string? token = null, string? feed = null)
    {
        var answer = await AskAsync(
            new JsonObject
            {
                ["request"] = "join",
                ["ptype"] = "publisher",
                ["room"] = voiceSfu.GetProperty("room").GetString(),
                ["pin"] = voiceSfu.GetProperty("pin").GetString(),
                ["token"] = token ?? voiceSfu.GetProperty("token").GetString(),
                ["id"] = feed ?? voiceSfu.GetProperty("feed").GetString(),
            }
        );
        return CodeOf(answer);
    }

    /// <summary>Asks the plugin.</summary>
    public async Task<JsonElement> AskAsync(JsonObject body) =>
        (await RequestAsync(new JsonObject { ["janus"] = "message", ["body"] = body }))
            .GetProperty("plugindata")
            .GetProperty("data");

    public static int CodeOf(JsonElement answer) =>
        answer.TryGetProperty("error_code", out var code) ? code.GetInt32() : 0;

    /// <summary>Waits until this user has been put out of the room.</summary>
    public async Task PutOutAsync()
    {
        while (true)
        {
            var message = await ReceiveAsync();
            if (
                message.TryGetProperty("plugindata", out var plugin)
                && plugin.GetProperty("data").TryGetProperty("reason", out var reason)
                && reason.GetString() == "kicked"
            )
                return;
        }
    }

    public ValueTask DisposeAsync()
    {
        socket.Abort();
        socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<JsonElement> RequestAsync(JsonObject request)
    {
        var transaction = $"t{++last}";
        request["transaction"] = transaction;
        request[proof.Member] = proof.Value;
        if (session is not null)
            request["session_id"] = session.DeepClone();
        if (handle is not null)
            request["handle_id"] = handle.DeepClone();
        await socket.SendAsync(
            Encoding.UTF8.GetBytes(request.ToJsonString()),
            WebSocketMessageType.Text,
            endOfMessage: true,
            CancellationToken.None
        );
        while (true)
        {
            var message = await ReceiveAsync();
            if (
                message.TryGetProperty("transaction", out var answered)
                && answered.GetString() == transaction
                && message.GetProperty("janus").GetString() != "ack"
            )
                return message;
        }
    }

    private async Task<JsonElement> ReceiveAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        var length = 0;
        WebSocketReceiveResult part;
        do
        {
            part = await socket.ReceiveAsync(
                new ArraySegment<byte>(buffer, length, buffer.Length - length),
                limit.Token
            );
            length += part.Count;
        } while (!part.EndOfMessage);
        return JsonElement.Parse(buffer.AsSpan(0, length));
    }

    private static JsonNode IdOf(JsonElement answer) =>
        JsonNode.Parse(answer.GetProperty("data").GetProperty("id").GetRawText())!;
}
