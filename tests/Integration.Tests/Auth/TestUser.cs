using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Chatalot.Shared.Security;

namespace Chatalot.Integration.Tests.Auth;

/// <summary>An answer: status and JSON, which is null when the body is empty.</summary>
internal sealed record Answer(HttpStatusCode Status, JsonNode? Json)
{
    public string? Message => Json?["error"]?["message"]?.GetValue<string>();
    public string AccessToken => Json!["access_token"]!.GetValue<string>();
    public string RefreshToken => Json!["refresh_token"]!.GetValue<string>();

    public override string ToString() => $"{Status} {Json?.ToJsonString()}";

    public void ShouldBe(HttpStatusCode status, string message)
    {
        (Status, Message).ShouldBe((status, message));
    }
}

/// <summary>Calls the way existing clients call.</summary>
internal static class Calls
{
    public const string Password = "Blue-Kettle-42";

    public static JsonObject Registration(string name)
    {
        var identity = new Ed25519KeyPair(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));
        var prekey = System.Security.Cryptography.RandomNumberGenerator.GetBytes(32);
        var signature = new byte[64];
        identity.Sign(prekey, signature);
        return new JsonObject
        {
            ["username"] = name,
            ["email"] = $"{name}@mail.example",
            ["password"] = Password,
            ["display_name"] = name,
            ["identity_key"] = Numbers(identity.PublicKey.ToArray()),
            ["signed_prekey"] = new JsonObject
            {
                ["key_id"] = 1,
                ["public_key"] = Numbers(prekey),
                ["signature"] = Numbers(signature),
            },
            ["one_time_prekeys"] = new JsonArray([
                .. Enumerable
                    .Range(1, 3)
                    .Select(id => new JsonObject { ["key_id"] = id, ["public_key"] = Numbers(prekey) }),
            ]),
        };
    }

    public static Task<Answer> RegisterAsync(this HttpClient http, string name, Action<JsonObject>? change = null)
    {
        var body = Registration(name);
        change?.Invoke(body);
        return http.SendAsync("POST", "/api/auth/register", body);
    }

    public static Task<Answer> LoginAsync(
        this HttpClient http,
        string name,
        string password = Password,
        string? from = null
    ) =>
        http.SendAsync(
            "POST",
            "/api/auth/login",
            new JsonObject { ["username"] = name, ["password"] = password },
            from: from
        );

    public static Task<Answer> RefreshAsync(this HttpClient http, string refreshToken) =>
        http.SendAsync("POST", "/api/auth/refresh", new JsonObject { ["refresh_token"] = refreshToken });

    public static Task<Answer> GetAsync(this HttpClient http, string path, string? token) =>
        http.SendAsync("GET", path, token: token);

    public static async Task<Answer> SendAsync(
        this HttpClient http,
        string method,
        string path,
        JsonNode? body = null,
        string? token = null,
        string? from = null
    )
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.UserAgent.ParseAdd("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
        if (from is not null)
            request.Headers.Add("X-Forwarded-For", from);
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (body is not null)
            request.Content = JsonContent.Create(body);
        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new(response.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text));
    }

    private static JsonArray Numbers(byte[] bytes) => new([.. bytes.Select(value => JsonValue.Create((int)value))]);
}
