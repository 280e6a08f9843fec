using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Chatalot.Shared.Json;

/// <summary>
/// Ids: written lower-case and hyphenated, which clients compare as text; read hyphenated, as 32 digits, braced or with
/// <c>urn:uuid:</c>, in any case (contract, realtime.md 1).
/// </summary>
public sealed class GuidConverter : JsonConverter<Guid>
{
    private const int LongestForm = 47;

    /// <inheritdoc/>
    public override Guid Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        TryRead(ref reader, out var id) ? id : throw new JsonException();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Guid value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value);

    /// <inheritdoc/>
    public override Guid ReadAsPropertyName(
        ref Utf8JsonReader reader,
        Type typeToConvert,
        JsonSerializerOptions options
    ) => TryReadText(ref reader, out var id) ? id : throw new JsonException();

    /// <inheritdoc/>
    public override void WriteAsPropertyName(Utf8JsonWriter writer, Guid value, JsonSerializerOptions options)
    {
        Span<byte> name = stackalloc byte[36];
        Utf8Formatter.TryFormat(value, name, out _);
        writer.WritePropertyName(name);
    }

    /// <summary>The id in the string at which the reader stands; false for any other token or text.</summary>
    public static bool TryRead(ref Utf8JsonReader reader, out Guid id)
    {
        id = default;
        return reader.TokenType == JsonTokenType.String && TryReadText(ref reader, out id);
    }

    private static bool TryReadText(ref Utf8JsonReader reader, out Guid id)
    {
        if (!reader.HasValueSequence && !reader.ValueIsEscaped)
            return TryParse(reader.ValueSpan, out id);

        id = default;
        var length = reader.HasValueSequence ? reader.ValueSequence.Length : reader.ValueSpan.Length;
        // Every character may be written as \uXXXX.
        if (length > LongestForm * 6)
            return false;
        Span<byte> text = stackalloc byte[LongestForm * 6];
        return TryParse(text[..reader.CopyString(text)], out id);
    }

    private static bool TryParse(ReadOnlySpan<byte> text, out Guid id)
    {
        if (text.Length > 36 && Ascii.EqualsIgnoreCase(text[..9], "urn:uuid:"u8))
            text = text[9..];
        var format = text.Length switch
        {
            36 => 'D',
            32 => 'N',
            38 => 'B',
            _ => default,
        };
        if (format != default && Utf8Parser.TryParse(text, out id, out var consumed, format))
            return consumed == text.Length;
        id = default;
        return false;
    }
}
