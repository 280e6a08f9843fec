using Chatalot.Features.Accounts;
using Chatalot.Shared.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

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
    private const long MostFormBytes = MostScreenshotBytes + (1024 * 1024);
    private static readonly string[] Categories = ["bug", "feature", "ui", "other"];

    /// <summary>Reads the request's form.</summary>
    /// <exception cref="FailureException">400 in the contract's words (admin.md 13).</exception>
    public static async Task<FeedbackForm> ReadAsync(HttpContext context, CancellationToken ct)
    {
        var form = await ReadFormAsync(context, ct);
        var title = Text(form, "title");
        var description = Text(form, "description");
        var category = Text(form, "category");
        Refuse(DisplayText.Length(title) is < 1 or > 200, "title must be 1-200 characters");
        Refuse(DisplayText.Length(description) is < 1 or > 5000, "description must be 1-5000 characters");
        Refuse(!Categories.Contains(category), "category must be one of: bug, feature, ui, other");
        var screenshot = await ReadScreenshotAsync(form.Files["screenshot"], ct);
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

    private static async Task<IFormCollection> ReadFormAsync(HttpContext context, CancellationToken ct)
    {
        if (!context.Request.HasFormContentType)
            throw new Failure(
                415,
                "unsupported_media_type",
                "the body must be sent as multipart/form-data"
            ).AsException();
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = MostFormBytes;
        try
        {
            return await context.Request.ReadFormAsync(
                new FormOptions { MultipartBodyLengthLimit = MostFormBytes, ValueCountLimit = 16 },
                ct
            );
        }
        catch (Exception malformed) when (malformed is InvalidDataException or IOException)
        {
            throw Failure.Validation("invalid form data: the form cannot be read").AsException();
        }
    }

    private static string Text(IFormCollection form, string field)
    {
        var text = form[field].ToString().Trim();
        Refuse(text.Contains('\0', StringComparison.Ordinal), $"invalid {field}: it holds a zero character");
        return text;
    }

    private static async Task<byte[]?> ReadScreenshotAsync(IFormFile? file, CancellationToken ct)
    {
        if (file is null || file.Length == 0)
            return null;
        Refuse(file.Length > MostScreenshotBytes, "screenshot must be under 5MB");
        var bytes = new byte[file.Length];
        await using var stream = file.OpenReadStream();
        await stream.ReadExactlyAsync(bytes, ct);
        return bytes;
    }

    private static void Refuse(bool isWrong, string message)
    {
        if (isWrong)
            throw Failure.Validation(message).AsException();
    }
}
