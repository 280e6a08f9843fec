using System.Text;
using Chatalot.Shared.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Chatalot.Shared.Http;

/// <summary>
/// Reads a <c>multipart/form-data</c> body part by part as it arrives; nothing is held but the piece at hand. Refusals
/// are the contract's: <c>multipart error: …</c> for a body that is no form, <c>read error: …</c> for a part that
/// breaks off.
/// </summary>
public sealed class MultipartForm
{
    private const int BufferBytes = 64 * 1024;
    private const int MaxBoundaryLength = 200;
    private const int MaxParts = 100;

    private readonly MultipartReader reader;
    private readonly string malformed;
    private int parts;

    private MultipartForm(MultipartReader reader, string malformed)
    {
        this.reader = reader;
        this.malformed = malformed;
    }

    /// <summary>Begins to read the request's body.</summary>
    /// <param name="request">Holds the form.</param>
    /// <param name="malformed">How this route says that a body is no form.</param>
    /// <exception cref="FailureException">415: another content type; 400: no usable boundary.</exception>
    public static MultipartForm Open(HttpRequest request, string malformed = "multipart error")
    {
        if (
            !MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
        )
            throw new Failure(
                415,
                "unsupported_media_type",
                "the body must be sent as multipart/form-data"
            ).AsException();
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
        if (string.IsNullOrEmpty(boundary) || boundary.Length > MaxBoundaryLength)
            throw NotAForm(malformed, "no boundary");
        return new MultipartForm(new MultipartReader(boundary, request.Body, BufferBytes), malformed);
    }

    /// <summary>
    /// The next part that has a name, or null behind the last one. What is left of the part before is skipped.
    /// </summary>
    public async Task<FormPart?> NextAsync(CancellationToken ct)
    {
        try
        {
            while (await reader.ReadNextSectionAsync(ct) is { } section)
            {
                if (++parts > MaxParts)
                    throw NotAForm(malformed, "too many parts");
                if (
                    ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)
                    && HeaderUtilities.RemoveQuotes(disposition.Name).Value is { Length: > 0 } name
                )
                    return new FormPart(name, section.ContentType, section.Body);
            }
            return null;
        }
        catch (Exception broken) when (IsBroken(broken))
        {
            throw NotAForm(malformed, "the body is not a complete form");
        }
    }

    internal static bool IsBroken(Exception exception) =>
        exception is InvalidDataException or IOException and not BadHttpRequestException;

    private static FailureException NotAForm(string malformed, string reason) =>
        Failure.Validation($"{malformed}: {reason}").AsException();
}

/// <summary>One part of a form, to be read once.</summary>
/// <param name="Name">The field's name.</param>
/// <param name="ContentType">The type that the client declared, or null.</param>
/// <param name="Body">The bytes as they arrive.</param>
public sealed record FormPart(string Name, string? ContentType, Stream Body)
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Reads the next piece; 0 at the end of the part.</summary>
    /// <exception cref="FailureException">400 when the part breaks off.</exception>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct)
    {
        try
        {
            return await Body.ReadAsync(buffer, ct);
        }
        catch (Exception broken) when (MultipartForm.IsBroken(broken))
        {
            throw Failure.Validation("read error: the part is incomplete").AsException();
        }
    }

    /// <summary>The part as text.</summary>
    /// <param name="maxBytes">Its greatest length.</param>
    /// <param name="tooLong">What is said beyond that.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="FailureException">
    /// 400 when it is too long, breaks off, is not UTF-8 or holds U+0000.
    /// </exception>
    public async Task<string> ReadTextAsync(int maxBytes, string tooLong, CancellationToken ct)
    {
        var buffer = new byte[maxBytes + 1];
        var length = 0;
        while (length < buffer.Length && await ReadAsync(buffer.AsMemory(length), ct) is var count and > 0)
            length += count;
        if (length > maxBytes)
            throw Failure.Validation(tooLong).AsException();
        try
        {
            var text = Strict.GetString(buffer, 0, length);
            if (!text.Contains('\0'))
                return text;
        }
        catch (DecoderFallbackException)
        {
            // The same answer as for a zero.
        }
        throw Failure.Validation($"read {Name}: invalid text").AsException();
    }
}
