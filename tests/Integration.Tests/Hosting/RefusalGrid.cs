using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Shared.Security;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Integration.Tests.Hosting;

/// <summary>One route of the API document, with what a right request to it looks like.</summary>
internal sealed record GridRoute(string Method, string Path, JsonObject Operation)
{
    public string Name => $"{Method} {Path}";

    /// <summary>The schema of a JSON body, references resolved; null when there is none.</summary>
    public JsonObject? Body { get; init; }

    /// <summary>Names of the parameters in the path, and whether they are ids.</summary>
    public IEnumerable<(string Name, bool IsId)> PathParameters =>
        from parameter in Operation["parameters"]?.AsArray() ?? []
        where parameter!["in"]!.GetValue<string>() == "path"
        select (parameter["name"]!.GetValue<string>(), parameter["schema"]?["format"]?.GetValue<string>() == "uuid");

    /// <summary>The path with ids that nobody has.</summary>
    public string Address(string? insteadOfIds = null)
    {
        var address = Path;
        foreach (var (name, isId) in PathParameters)
            address = address.Replace($"{{{name}}}", isId ? insteadOfIds ?? $"{Guid.NewGuid()}" : "7");
        return address;
    }
}

/// <summary>Every route that the server describes, and the tokens that it must not take.</summary>
internal sealed class RefusalGrid(TestServer server, JsonObject document)
{
    public IReadOnlyList<GridRoute> Routes { get; } =
    [
        .. from path in document["paths"]!.AsObject()
        where path.Key.StartsWith("/api/", StringComparison.Ordinal)
        from operation in path.Value!.AsObject()
        where operation.Value is JsonObject
        let described = operation.Value!.AsObject()
        select new GridRoute(operation.Key.ToUpperInvariant(), path.Key, described)
        {
            Body = ObjectOf(Resolve(document, described["requestBody"]?["content"]?["application/json"]?["schema"])),
        },
    ];

    public static async Task<RefusalGrid> OpenAsync(TestServer server) =>
        new(server, JsonNode.Parse(await server.Http.GetStringAsync("/openapi/v1.json"))!.AsObject());

    /// <summary>
    /// Tokens that are none, by what is wrong with them. Moves the clock, so that one of them has expired.
    /// </summary>
    public Dictionary<string, string?> BadTokens(Person person)
    {
        var keys = server.Services.GetRequiredService<TokenKeys>();
        var parts = person.Token.Split('.');
        var claims = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!.AsObject();
        server.Clock.Advance(AccessTokens.Lifetime + AccessTokens.Leeway + TimeSpan.FromSeconds(1));
        var now = server.Clock.GetUtcNow().ToUnixTimeSeconds();
        (claims["iat"], claims["exp"]) = (now, now + 900);
        var stranger = new Ed25519KeyPair(RandomNumberGenerator.GetBytes(32));
        return new()
        {
            ["no token"] = null,
            ["expired"] = $"Bearer {person.Token}",
            ["for another audience"] = Sign(keys.Signing, parts[0], With("aud", "elsewhere")),
            ["without audience"] = Sign(keys.Signing, parts[0], With("aud", null)),
            ["never expires"] = Sign(keys.Signing, parts[0], With("exp", null)),
            ["signed by a stranger"] = Sign(stranger, parts[0], claims),
            ["signature cut off"] = $"Bearer {parts[0]}.{parts[1]}.",
            ["unsigned"] = $"Bearer {Encode("""{"alg":"none","typ":"JWT"}""")}.{Encode(claims.ToJsonString())}.",
            ["of a user who is not there"] = Sign(keys.Signing, parts[0], With("sub", $"{Guid.NewGuid()}")),
            ["of a session that is not there"] = Sign(keys.Signing, parts[0], With("sid", $"{Guid.NewGuid()}")),
            ["not a token"] = "Bearer x.y",
            ["another scheme"] = "Basic YTpi",
        };

        JsonObject With(string claim, string? value)
        {
            var changed = claims.DeepClone().AsObject();
            changed.Remove(claim);
            if (value is not null)
                changed[claim] = value;
            return changed;
        }
    }

    /// <summary>A body in which every member is right.</summary>
    public JsonObject Sample(GridRoute route) =>
        new(route.Body!["properties"]!.AsObject().Select(m => KeyValuePair.Create(m.Key, Value(m.Value, m.Key))));

    /// <summary>Sends a request with this header and body.</summary>
    public async Task<Answer> SendAsync(
        GridRoute route,
        string? authorization,
        string? body,
        string type = "application/json",
        string? address = null
    )
    {
        using var request = new HttpRequestMessage(new HttpMethod(route.Method), address ?? route.Address());
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        }
        using var response = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return new Answer(
            (int)response.StatusCode,
            response.IsSuccessStatusCode ? "" : await response.Content.ReadAsStringAsync()
        );
    }

    /// <summary>The error code of a refusal; null when the body is no refusal.</summary>
    public static string? CodeOf(Answer answer)
    {
        try
        {
            return JsonNode.Parse(answer.Body)?["error"]?["code"]?.GetValue<string>();
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }

    private static string Sign(Ed25519KeyPair key, string header, JsonObject claims)
    {
        var signed = $"{header}.{Encode(claims.ToJsonString())}";
        var signature = new byte[Ed25519.SignatureBytes];
        key.Sign(Encoding.ASCII.GetBytes(signed), signature);
        return $"Bearer {signed}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private static JsonObject? Resolve(JsonObject document, JsonNode? schema) =>
        schema?["$ref"] is { } reference
            ? document["components"]!["schemas"]![reference.GetValue<string>().Split('/')[^1]]!.AsObject()
            : schema as JsonObject;

    private static JsonObject? ObjectOf(JsonObject? schema) => schema?["properties"] is null ? null : schema;

    private JsonNode? Value(JsonNode? schema, string name = "")
    {
        var resolved = Resolve(document, schema);
        if ((resolved?["oneOf"] ?? resolved?["anyOf"])?.AsArray() is { Count: > 0 } choices)
            return Value(choices.First(choice => choice?["type"]?.ToString() != "null"), name);
        return TypeOf(resolved) switch
        {
            "object" => new JsonObject(
                (resolved!["properties"]?.AsObject() ?? []).Select(member =>
                    KeyValuePair.Create(member.Key, Value(member.Value, member.Key))
                )
            ),
            "array" => new JsonArray(),
            "integer" or "number" => JsonValue.Create(1),
            "boolean" => JsonValue.Create(true),
            _ when name.EndsWith("_id", StringComparison.Ordinal) => JsonValue.Create($"{Guid.NewGuid()}"),
            _ => JsonValue.Create("x"),
        };
    }

    public static string? TypeOf(JsonNode? schema) =>
        schema?["type"] is JsonArray types
            ? types.Select(type => type!.GetValue<string>()).FirstOrDefault(type => type != "null")
            : schema?["type"]?.GetValue<string>();
}
