using System.Text;
using System.Text.Json;

namespace Chatalot.Features.Search;

/// <summary>What of a message can be searched.</summary>
internal static class SearchableText
{
    private const int Longest = 20_000;
    private static readonly UTF8Encoding Strict = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    /// <summary>
    /// The text of a plain message, the name of a file; null for encrypted envelopes, whatever is no text, and nothing.
    /// </summary>
    public static string? Of(string messageType, byte[] content)
    {
        string text;
        try
        {
            text = Strict.GetString(content);
        }
        catch (ArgumentException)
        {
            return null;
        }
        var body =
            messageType == "file" ? FileName(text)
            : IsEnvelope(text) ? null
            : text;
        if (string.IsNullOrWhiteSpace(body) || body.Contains('\0', StringComparison.Ordinal))
            return null;
        if (body.Length <= Longest)
            return body;
        return body[..(char.IsHighSurrogate(body[Longest - 1]) ? Longest - 1 : Longest)];
    }

    /// <summary>What clients take for encrypted: JSON with <c>v</c> equal to 1 (contract, messages.md 2.3).</summary>
    private static bool IsEnvelope(string text) =>
        Member(text, "v") is { ValueKind: JsonValueKind.Number } version
        && version.TryGetInt32(out var number)
        && number == 1;

    private static string? FileName(string text) =>
        !IsEnvelope(text) && Member(text, "filename") is { ValueKind: JsonValueKind.String } name
            ? name.GetString()
            : null;

    private static JsonElement? Member(string text, string name)
    {
        if (text.AsSpan().TrimStart() is not ['{', ..])
            return null;
        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.TryGetProperty(name, out var member) ? member.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
