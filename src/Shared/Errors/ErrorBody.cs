using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Chatalot.Shared.Errors;

/// <summary>
/// Writes the contract's error body, <c>{"error":{"code","message","request_id"}}</c>: the only place that turns a
/// <see cref="Failure"/> into an HTTP answer.
/// </summary>
public static class ErrorBody
{
    /// <summary>Content type of every error body.</summary>
    internal const string MediaType = "application/json; charset=utf-8";

    private static readonly JsonWriterOptions WriterOptions = new()
    {
        // The answer is JSON with nosniff, never HTML: quotes and dashes may stay readable.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>
    /// The failure that stands for a bare status code, for answers that the framework left without a body.
    /// </summary>
    public static Failure OfStatus(int status) =>
        status switch
        {
            400 => new Failure(400, "bad_request", "the request cannot be read"),
            401 => Failure.Unauthorized,
            403 => Failure.Forbidden,
            404 => Failure.NotFound("not found"),
            405 => new Failure(405, "method_not_allowed", "this method is not allowed here"),
            408 => new Failure(408, "request_timeout", "the request arrived too slowly"),
            413 => new Failure(413, "payload_too_large", "the request body is too large"),
            414 => new Failure(414, "uri_too_long", "the address of the request is too long"),
            415 => new Failure(415, "unsupported_media_type", "this content type is not accepted here"),
            429 => Failure.RateLimited("too many requests, please slow down", 1),
            431 => new Failure(431, "header_fields_too_large", "the headers of the request are too large"),
            500 => Failure.Internal,
            503 => new Failure(503, "unavailable", "the server is not ready, please try again")
            {
                RetryAfterSeconds = 5,
            },
            504 => new Failure(504, "timeout", "the request took too long, please try again"),
            _ => new Failure(status, "http_error", $"HTTP {status.ToString(CultureInfo.InvariantCulture)}"),
        };

    /// <summary>
    /// Sends status, <c>Retry-After</c> and body. The response must not have started. Headers that described another
    /// body are removed; those of the connection (CORS, security, rate limits) stay.
    /// </summary>
    public static async Task WriteAsync(HttpContext context, Failure failure)
    {
        var response = context.Response;
        var headers = response.Headers;
        headers.ContentEncoding = default;
        headers.ContentDisposition = default;
        headers.ContentSecurityPolicy = default;
        // A refused range is told how long the file is.
        if (failure.Status != StatusCodes.Status416RangeNotSatisfiable)
            headers.ContentRange = default;
        headers.CacheControl = default;
        headers.ETag = default;
        headers.LastModified = default;
        if (failure.RetryAfterSeconds is { } seconds)
            headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);

        var body = Render(failure, context.TraceIdentifier);
        response.StatusCode = failure.Status;
        response.ContentType = MediaType;
        response.ContentLength = body.Length;
        await response.BodyWriter.WriteAsync(body);
    }

    /// <summary>The body alone.</summary>
    internal static ReadOnlyMemory<byte> Render(Failure failure, string requestId)
    {
        var body = new ArrayBufferWriter<byte>(192);
        using var json = new Utf8JsonWriter(body, WriterOptions);
        json.WriteStartObject();
        json.WriteStartObject("error"u8);
        json.WriteString("code"u8, failure.Code);
        json.WriteString("message"u8, failure.Message);
        json.WriteString("request_id"u8, requestId);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return body.WrittenMemory;
    }
}
