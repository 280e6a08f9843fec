using System.Globalization;
using System.Text;
using Chatalot.Shared.Errors;
using Microsoft.AspNetCore.Http;

namespace Chatalot.Features.Files;

/// <summary>
/// Headers of the resumable upload protocol tus 1.0 (tus.io/protocols/resumable-upload), as far as it is spoken here.
/// </summary>
internal static class TusProtocol
{
    public const string Version = "1.0.0";
    public const string Extensions = "creation,termination,expiration";
    public const string ContentType = "application/offset+octet-stream";
    public const string Route = "/api/files/resumable";

    /// <summary>Answers in the protocol's words and refuses other versions.</summary>
    /// <exception cref="FailureException">412.</exception>
    public static void Begin(HttpContext context, FilesOptions options)
    {
        var headers = context.Response.Headers;
        headers["Tus-Resumable"] = Version;
        headers["Tus-Version"] = Version;
        headers["Tus-Extension"] = Extensions;
        headers["Tus-Max-Size"] = Text(options.MaxFileBytes);
        if (context.Request.Headers["Tus-Resumable"] != Version)
            throw new Failure(412, "precondition_failed", $"Tus-Resumable must be {Version}").AsException();
    }

    /// <summary>A number that must be there.</summary>
    /// <exception cref="FailureException">400.</exception>
    public static long ReadNumber(HttpRequest request, string header) =>
        long.TryParse(request.Headers[header], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Failure.Validation($"{header} must be a whole number").AsException();

    /// <summary>The words beside the upload: pairs of a key and its value in base64, separated by commas.</summary>
    /// <exception cref="FailureException">400: not in this form.</exception>
    public static Dictionary<string, string> ReadMetadata(string? header)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (
            var pair in (header ?? "").Split(
                ',',
                StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries
            )
        )
        {
            var parts = pair.Split(' ', 2);
            metadata[parts[0]] = parts.Length == 1 ? "" : Decode(parts[1]);
        }
        return metadata;
    }

    public static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Decode(string value)
    {
        try
        {
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Convert.FromBase64String(value));
            if (!text.Contains('\0'))
                return text;
        }
        catch (Exception broken) when (broken is FormatException or DecoderFallbackException)
        {
            // The same answer as for a zero.
        }
        throw Failure.Validation("Upload-Metadata must hold UTF-8 text in base64").AsException();
    }
}
