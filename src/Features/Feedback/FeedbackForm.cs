using System.Text;
using Chatalot.Features.Accounts;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Http;
using Microsoft.AspNetCore.Http;

namespace Chatalot.Features.Feedback;

/// <summary>What somebody tells the operators, checked.</summary>
/// <param name="Title">1 to 200 characters.</param>
/// <param name="Description">1 to 5000 characters.</param>
/// <param name="Category"><c>bug</c>, <c>feature</c>, <c>ui</c> or <c>other</c>.</param>
/// <param name="Screenshot">A picture, or null.</param>
/// <param name="ScreenshotType">What the picture's first bytes say it is.</param>
internal sealed record FeedbackForm(
    string Title,
    string Description,
    string Category,
    byte[]? Screenshot,
    string? ScreenshotType
)
{
    private const int MostScreenshotBytes = 5 * 1024 * 1024;

    /// <summary>More than the longest text with white space around it.</summary>
    private const int MostTextBytes = 64 * 1024;

    private static readonly string[] Categories = ["bug", "feature", "ui", "other"];

    /// <summary>The texts of the form, and what they must be.</summary>
    private static readonly Dictionary<string, string> Texts = new(StringComparer.Ordinal)
    {
        ["title"] = "title must be 1-200 characters",
        ["description"] = "description must be 1-5000 characters",
        ["category"] = "category must be one of: bug, feature, ui, other",
    };

    /// <summary>
    /// Reads the request's form as it arrives: nothing larger than a screenshot may be is held, and whoever sends a
    /// larger one is told so.
    /// </summary>
    /// <exception cref="FailureException">400 in the contract's words (admin.md 13); 415: no form.</exception>
    public static async Task<FeedbackForm> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        var parts = MultipartForm.Open(request, malformed: "invalid form data");
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        byte[]? screenshot = null;
        while (await parts.NextAsync(ct) is { } part)
        {
            if (part.Name == "screenshot")
                screenshot = await ReadScreenshotAsync(part, ct);
            else if (Texts.ContainsKey(part.Name))
                texts[part.Name] = await ReadTextAsync(part, ct);
        }
        var title = texts.GetValueOrDefault("title", "");
        var description = texts.GetValueOrDefault("description", "");
        var category = texts.GetValueOrDefault("category", "");
        Refuse(DisplayText.Length(title) is < 1 or > 200, Texts["title"]);
        Refuse(DisplayText.Length(description) is < 1 or > 5000, Texts["description"]);
        Refuse(!Categories.Contains(category), Texts["category"]);
        var type = screenshot is null ? null : TypeOf(screenshot);
        Refuse(screenshot is not null && type is null, "screenshot must be a PNG, JPEG or WebP picture");
        return new(title, description, category, screenshot, type);
    }

    /// <summary>The media type by the first bytes, or null for what is no picture.</summary>
    internal static string? TypeOf(ReadOnlySpan<byte> bytes) =>
        bytes is [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] ? "image/png"
        : bytes is [0xFF, 0xD8, 0xFF, ..] ? "image/jpeg"
        : bytes.Length > 12 && bytes.StartsWith("RIFF"u8) && bytes[8..].StartsWith("WEBP"u8) ? "image/webp"
        : null;

    private static async Task<string> ReadTextAsync(FormPart part, CancellationToken ct)
    {
        var bytes = await ReadBytesAsync(part, MostTextBytes, $"invalid {part.Name}", ct);
        Refuse(bytes.Length > MostTextBytes, Texts[part.Name]);
        var text = Encoding.UTF8.GetString(bytes).Trim();
        Refuse(text.Contains('\0', StringComparison.Ordinal), $"invalid {part.Name}: it holds a zero character");
        return text;
    }

    /// <summary>The picture, or null for an empty part: browsers send one when nothing was chosen.</summary>
    private static async Task<byte[]?> ReadScreenshotAsync(FormPart part, CancellationToken ct)
    {
        var bytes = await ReadBytesAsync(part, MostScreenshotBytes, "failed to read screenshot", ct);
        Refuse(bytes.Length > MostScreenshotBytes, "screenshot must be under 5MB");
        return bytes.Length == 0 ? null : bytes;
    }

    /// <summary>The part's bytes, and of one that is too long only so many that this can be seen.</summary>
    private static async Task<byte[]> ReadBytesAsync(FormPart part, int most, string unreadable, CancellationToken ct)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[16 * 1024];
        try
        {
            while (bytes.Length <= most && await part.ReadAsync(buffer, ct) is var count and > 0)
                bytes.Write(buffer, 0, count);
        }
        catch (FailureException)
        {
            throw Failure.Validation($"{unreadable}: the form is incomplete").AsException();
        }
        return bytes.ToArray();
    }

    private static void Refuse(bool isWrong, string message)
    {
        if (isWrong)
            throw Failure.Validation(message).AsException();
    }
}
