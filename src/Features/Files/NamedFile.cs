using System.Text.Json;
using Chatalot.Shared.Endpoints;

namespace Chatalot.Features.Files;

/// <summary>
/// The file that a message of type <c>file</c> names, if its content is readable (contract, files.md section 11).
/// </summary>
internal static class NamedFile
{
    /// <summary>Its id; null for what is encrypted, no JSON, or names none.</summary>
    public static Guid? In(ReadOnlyMemory<byte> content)
    {
        // Most contents are encrypted: they must not cost an exception each.
        if (content.Span.TrimStart(" \t\r\n"u8) is not [(byte)'{', ..])
            return null;
        try
        {
            using var json = JsonDocument.Parse(content);
            return
                json.RootElement.TryGetProperty("file_id", out var id)
                && id.ValueKind is JsonValueKind.String
                && Uuid.TryParse(id.GetString(), out var fileId)
                ? fileId
                : null;
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            // The latter is the framework's word for text that is no UTF-8.
            return null;
        }
    }
}
