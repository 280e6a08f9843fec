using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Chatalot.Integration.Tests.Hosting;

/// <summary>
/// Makes requests from an API document: some right, some nearly right, some nonsense. The same seed makes the same
/// requests, so that a fault can be made again.
/// </summary>
internal sealed class FuzzRequests(JsonObject document, int seed, IReadOnlyList<string> knownIds)
{
    private const int DeepestSchema = 6;

    /// <summary>Stands for half of a surrogate pair, which only JSON can express.</summary>
    private const string HalfPair = "half-pair";

    private static readonly string[] Texts =
    [
        HalfPair,
        "",
        " ",
        "a",
        "rosa",
        "Blue-Kettle-42",
        "%",
        "_\\%'\"",
        "' or 1=1 --",
        "../../etc/passwd",
        "<script>alert(1)</script>",
        "\u0000",
        "a\u0000b",
        "\u202e\u200b\ufeff",
        "😀👩‍👩‍👧",
        "null",
        "-1",
        "2031-04-05T06:07:08Z",
        "9999-12-31T23:59:59.999999Z",
        "https://127.0.0.1:1/",
        "javascript:alert(1)",
        new('x', 300),
        new('ß', 5000),
    ];

    private static readonly string[] Broken =
    [
        "",
        "{",
        "]",
        "nul",
        "{\"a\":}",
        "{\"a\":1,}",
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
        "\"\\ud800\"",
        "{\"username\":\"\\ud800\",\"code\":\"\\udfff\",\"name\":\"\\ud800\"}",
        "{\"a\":1e999}",
        "\u0001",
        "null",
        "[]",
        "0",
        "\"text\"",
        "[null]",
        "{}",
    ];

    private static readonly string[] Numbers =
    [
        "0",
        "1",
        "-1",
        "255",
        "256",
        "2147483648",
        "1e400",
        "1.5",
        "-9223372036854775809",
    ];

    private readonly Random random = new(seed);

    /// <summary>Method, path pattern and description of every operation.</summary>
    public IReadOnlyList<(string Method, string Path, JsonObject Operation)> Operations { get; } =
    [
        .. from path in document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        where operation.Value is JsonObject
        select (operation.Key.ToUpperInvariant(), path.Key, operation.Value!.AsObject()),
    ];

    /// <summary>One request to this operation.</summary>
    public HttpRequestMessage Next(string method, string path, JsonObject operation, string? token)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), Address(path, operation));
        if (token is not null)
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        if (operation["requestBody"]?["content"]?.AsObject() is { } content)
            request.Content = Body(content);
        return request;
    }

    private string Address(string path, JsonObject operation)
    {
        var query = new StringBuilder();
        foreach (var parameter in operation["parameters"]?.AsArray() ?? [])
        {
            var name = parameter!["name"]!.GetValue<string>();
            var text = PathText(parameter["schema"]);
            if (parameter["in"]!.GetValue<string>() == "path")
                path = path.Replace($"{{{name}}}", text.Length == 0 ? "x" : text, StringComparison.Ordinal);
            else if (random.Next(3) > 0)
                query.Append(query.Length == 0 ? '?' : '&').Append(name).Append('=').Append(text);
        }
        return path + query;
    }

    private string PathText(JsonNode? schema)
    {
        var text = random.Next(4) switch
        {
            0 or 1 => knownIds[random.Next(knownIds.Count)],
            2 => Value(schema, 0) is JsonValue value ? value.ToString() : "x",
            _ => Texts[random.Next(Texts.Length)],
        };
        return Uri.EscapeDataString(text[..Math.Min(text.Length, 400)]);
    }

    private HttpContent Body(JsonObject content)
    {
        var (type, schema) = (content.First().Key, content.First().Value!["schema"]);
        if (type.StartsWith("multipart/", StringComparison.Ordinal))
            return Form();
        var text =
            random.Next(4) == 0
                ? Broken[random.Next(Broken.Length)]
                : Value(schema, 0)?.ToJsonString().Replace(HalfPair, "\\ud800", StringComparison.Ordinal) ?? "null";
        var body = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        if (random.Next(20) > 0)
            body.Headers.ContentType = new MediaTypeHeaderValue(
                random.Next(20) > 0 ? "application/json" : "text/plain"
            );
        return body;
    }

    private MultipartFormDataContent Form()
    {
        var bytes = new byte[random.Next(200)];
        random.NextBytes(bytes);
        var form = new MultipartFormDataContent();
        foreach (var field in new[] { "file", "avatar", "banner", "icon", "channel_id", "name" })
            if (random.Next(2) == 0)
                form.Add(new ByteArrayContent(bytes), field, random.Next(2) == 0 ? "a.png" : "..%2f\u202e.exe");
        return form;
    }

    private JsonNode? Value(JsonNode? schema, int depth)
    {
        if (schema?["$ref"] is { } reference)
            schema = document["components"]!["schemas"]![reference.GetValue<string>().Split('/')[^1]];
        if (schema is null || depth > DeepestSchema || random.Next(12) == 0)
            return Anything();
        if ((schema["oneOf"] ?? schema["anyOf"])?.AsArray() is { Count: > 0 } choices)
            return Value(choices[random.Next(choices.Count)], depth + 1);
        if (schema["enum"]?.AsArray() is { Count: > 0 } words)
            return words[random.Next(words.Count)]?.DeepClone();
        return TypeOf(schema) switch
        {
            "object" => Members(schema, depth),
            "array" => new JsonArray([
                .. Enumerable
                    .Range(0, random.Next(5) == 0 ? 300 : random.Next(4))
                    .Select(_ => Value(schema["items"], depth + 1)),
            ]),
            "integer" or "number" => JsonNode.Parse(Number()),
            "boolean" => JsonValue.Create(random.Next(2) == 0),
            "string" when schema["format"]?.GetValue<string>() == "uuid" => JsonValue.Create(
                knownIds[random.Next(knownIds.Count)]
            ),
            "string" => JsonValue.Create(Texts[random.Next(Texts.Length)]),
            _ => Anything(),
        };
    }

    private JsonObject Members(JsonNode schema, int depth)
    {
        var json = new JsonObject();
        foreach (var (name, member) in schema["properties"]?.AsObject() ?? [])
            if (random.Next(10) > 0)
                json[name] = Value(member, depth + 1);
        return json;
    }

    private static string? TypeOf(JsonNode schema) =>
        schema["type"] is JsonArray types
            ? types.Select(type => type!.GetValue<string>()).FirstOrDefault(type => type != "null")
            : schema["type"]?.GetValue<string>();

    private string Number() =>
        random.Next(2) == 0
            ? Numbers[random.Next(Numbers.Length)]
            : random.NextInt64(-10, 1_000_000).ToString(CultureInfo.InvariantCulture);

    private JsonNode? Anything() =>
        random.Next(6) switch
        {
            0 => null,
            1 => JsonNode.Parse(Number()),
            2 => JsonValue.Create(Texts[random.Next(Texts.Length)]),
            3 => new JsonArray(JsonValue.Create(1), null, JsonValue.Create("x")),
            4 => new JsonObject { ["a"] = null, ["id"] = "x" },
            _ => JsonValue.Create(true),
        };
}
