using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Chatalot.Bench.Accounts;

/// <summary>What a login, a registration or a refresh gives.</summary>
internal sealed record SessionTokens(string AccessToken, string RefreshToken);

/// <summary>A message as history gives it, reduced to what the checks need.</summary>
internal sealed record StoredMessage(Guid Id, byte[] Text);

/// <summary>The few HTTP calls that the generator makes. Waits and repeats when it is told to slow down.</summary>
internal sealed class ChatalotApi(HttpClient http)
{
    public static ChatalotApi For(Uri server) => new(NewClient(server));

    public static HttpClient NewClient(Uri server) =>
        new(new SocketsHttpHandler { PooledConnectionLifetime = Timeout.InfiniteTimeSpan })
        {
            BaseAddress = server,
            Timeout = TimeSpan.FromMinutes(5), // Large uploads take their time.
        };

    /// <summary>Null when the name is taken.</summary>
    public async Task<SessionTokens?> RegisterAsync(string username, string password, CancellationToken ct)
    {
        var keys = new DeviceKeys();
        var body = new JsonObject
        {
            ["username"] = username,
            ["email"] = $"{username}@bench.example",
            ["password"] = password,
            ["display_name"] = username,
            ["identity_key"] = Bytes(keys.IdentityKey),
            ["signed_prekey"] = new JsonObject
            {
                ["key_id"] = 1,
                ["public_key"] = Bytes(keys.SignedPrekey),
                ["signature"] = Bytes(keys.Signature),
            },
            ["one_time_prekeys"] = new JsonArray(),
        };
        using var response = await SendAsync(HttpMethod.Post, "/api/auth/register", null, body, ct);
        return response.StatusCode == HttpStatusCode.Conflict ? null : await ReadTokensAsync(response, ct);
    }

    /// <summary>Null when name or password are wrong.</summary>
    public async Task<SessionTokens?> LoginAsync(string username, string password, CancellationToken ct)
    {
        var body = new JsonObject { ["username"] = username, ["password"] = password };
        using var response = await SendAsync(HttpMethod.Post, "/api/auth/login", null, body, ct);
        return response.StatusCode == HttpStatusCode.Unauthorized ? null : await ReadTokensAsync(response, ct);
    }

    /// <summary>Null when the refresh token is no longer good.</summary>
    public async Task<SessionTokens?> RefreshAsync(string refreshToken, CancellationToken ct)
    {
        var body = new JsonObject { ["refresh_token"] = refreshToken };
        using var response = await SendAsync(HttpMethod.Post, "/api/auth/refresh", null, body, ct);
        return response.StatusCode == HttpStatusCode.Unauthorized ? null : await ReadTokensAsync(response, ct);
    }

    public async Task<bool> IsAcceptedAsync(string accessToken, CancellationToken ct)
    {
        using var response = await SendAsync(HttpMethod.Get, "/api/account/me", accessToken, null, ct);
        return response.IsSuccessStatusCode;
    }

    public async Task<Guid> CreateChannelAsync(string accessToken, string name, CancellationToken ct)
    {
        var body = new JsonObject { ["name"] = name, ["channel_type"] = "text" };
        using var response = await SendAsync(HttpMethod.Post, "/api/channels", accessToken, body, ct);
        var channel = await ReadAsync(response, ct);
        return channel["id"]!.GetValue<Guid>();
    }

    public async Task JoinChannelAsync(string accessToken, Guid channel, CancellationToken ct)
    {
        using var response = await SendAsync(HttpMethod.Post, $"/api/channels/{channel}/join", accessToken, [], ct);
        await RequireSuccessAsync(response, ct);
    }

    /// <summary>Bans a member for good.</summary>
    public async Task BanFromChannelAsync(string accessToken, Guid channel, Guid user, CancellationToken ct)
    {
        var path = $"/api/channels/{channel}/members/{user}/ban";
        using var response = await SendAsync(HttpMethod.Post, path, accessToken, [], ct);
        await RequireSuccessAsync(response, ct);
    }

    /// <summary>A page of history, newest first, at most 100.</summary>
    public async Task<List<StoredMessage>> HistoryAsync(
        string accessToken,
        Guid channel,
        Guid? before,
        int limit,
        CancellationToken ct
    )
    {
        using var response = await SendAsync(
            HttpMethod.Get,
            HistoryPath(channel, before, limit),
            accessToken,
            null,
            ct
        );
        await RequireSuccessAsync(response, ct);
        var page = await response.Content.ReadFromJsonAsync<JsonArray>(ct) ?? [];
        return
        [
            .. page.Select(message => new StoredMessage(
                message!["id"]!.GetValue<Guid>(),
                [.. message["ciphertext"]!.AsArray().Select(value => (byte)value!.GetValue<int>())]
            )),
        ];
    }

    public static string HistoryPath(Guid channel, Guid? before, int limit) =>
        $"/api/channels/{channel}/messages?limit={limit}{(before is { } id ? $"&before={id}" : "")}";

    /// <summary>Uploads a file for the user alone; the result is its id.</summary>
    /// <param name="accessToken">Whose file.</param>
    /// <param name="file">Makes its bytes, once more when the server asks for patience.</param>
    /// <param name="ct">Stops it.</param>
    public async Task<Guid> UploadAsync(string accessToken, Func<HttpContent> file, CancellationToken ct)
    {
        using var response = await RepeatAsync(
            HttpMethod.Post,
            "/api/files/upload",
            accessToken,
            () => new MultipartFormDataContent { { new StringContent("bench"), "name" }, { file(), "file", "bench" } },
            ct
        );
        var uploaded = await ReadAsync(response, ct);
        return uploaded["id"]!.GetValue<Guid>();
    }

    /// <summary>SHA-256 of what the server received.</summary>
    public async Task<string> ChecksumAsync(string accessToken, Guid file, CancellationToken ct)
    {
        using var response = await SendAsync(HttpMethod.Get, $"/api/files/{file}/meta", accessToken, null, ct);
        var meta = await ReadAsync(response, ct);
        return meta["checksum"]!.GetValue<string>();
    }

    public async Task DeleteFileAsync(string accessToken, Guid file, CancellationToken ct)
    {
        using var response = await SendAsync(HttpMethod.Delete, $"/api/files/{file}", accessToken, null, ct);
        await RequireSuccessAsync(response, ct);
    }

    /// <summary>True when server and database are well.</summary>
    public async Task<bool> IsHealthyAsync(CancellationToken ct)
    {
        try
        {
            using var response = await http.GetAsync(new Uri("/api/health", UriKind.Relative), ct);
            return response.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return false;
        }
    }

    private Task<HttpResponseMessage> SendAsync(
        HttpMethod method,
        string path,
        string? accessToken,
        JsonObject? body,
        CancellationToken ct
    ) => RepeatAsync(method, path, accessToken, () => body is null ? null : JsonContent.Create(body), ct);

    private async Task<HttpResponseMessage> RepeatAsync(
        HttpMethod method,
        string path,
        string? accessToken,
        Func<HttpContent?> body,
        CancellationToken ct
    )
    {
        while (true)
        {
            using var request = new HttpRequestMessage(method, path);
            if (accessToken is not null)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
            request.Content = body();
            var response = await http.SendAsync(request, ct);
            if (response.StatusCode != HttpStatusCode.TooManyRequests)
                return response;
            var pause = response.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1);
            response.Dispose();
            await Task.Delay(pause, ct);
        }
    }

    private static async Task<SessionTokens> ReadTokensAsync(HttpResponseMessage response, CancellationToken ct)
    {
        var session = await ReadAsync(response, ct);
        return new SessionTokens(
            session["access_token"]!.GetValue<string>(),
            session["refresh_token"]!.GetValue<string>()
        );
    }

    private static async Task<JsonObject> ReadAsync(HttpResponseMessage response, CancellationToken ct)
    {
        await RequireSuccessAsync(response, ct);
        return await response.Content.ReadFromJsonAsync<JsonObject>(ct) ?? [];
    }

    private static async Task RequireSuccessAsync(HttpResponseMessage response, CancellationToken ct)
    {
        if (response.IsSuccessStatusCode)
            return;
        var request = response.RequestMessage!;
        var body = await response.Content.ReadAsStringAsync(ct);
        throw new HttpRequestException(
            $"{request.Method} {request.RequestUri!.AbsolutePath}: {(int)response.StatusCode} {body}"
        );
    }

    private static JsonArray Bytes(byte[] bytes) => [.. bytes.Select(value => (JsonNode)(int)value)];
}
