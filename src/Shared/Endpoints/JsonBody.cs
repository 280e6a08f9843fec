using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;
using Chatalot.Shared.Errors;
using Microsoft.AspNetCore.Http;

namespace Chatalot.Shared.Endpoints;

/// <summary>Reads the body of a request as JSON, whatever is in it.</summary>
internal static class JsonBody
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 32 };
    private static readonly Failure Invalid = new(400, "invalid_json", "the body is not valid JSON");
    private static readonly Failure Other = new(
        415,
        "unsupported_media_type",
        "the body must be sent as application/json"
    );

    /// <summary>The whole body.</summary>
    /// <exception cref="FailureException">415: it says that it is something else; 400: it is not JSON.</exception>
    public static async ValueTask<JsonDocument> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        if (!request.HasJsonContentType())
            throw Other.AsException();
        JsonDocument body;
        try
        {
            body = await JsonDocument.ParseAsync(request.Body, Options, ct);
        }
        catch (JsonException)
        {
            throw Invalid.AsException();
        }
        // The parser passes over text that nobody reads yet; what is not UTF-8 is not JSON (RFC 8259, section 8.1).
        if (Utf8.IsValid(JsonMarshal.GetRawUtf8Value(body.RootElement)))
            return body;
        body.Dispose();
        throw Invalid.AsException();
    }
}
