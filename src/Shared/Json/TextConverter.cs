using System.Text.Json;
using System.Text.Json.Serialization;

namespace Chatalot.Shared.Json;

/// <summary>
/// Strings without U+0000, which PostgreSQL cannot store in text. JSON can carry it as an escape only, so strings
/// without escapes, nearly all of them, cost nothing more.
/// </summary>
public sealed class TextConverter : JsonConverter<string>
{
    /// <inheritdoc/>
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String ? ReadText(ref reader) : throw new JsonException();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value);

    /// <inheritdoc/>
    public override string ReadAsPropertyName(
        ref Utf8JsonReader reader,
        Type typeToConvert,
        JsonSerializerOptions options
    ) => ReadText(ref reader);

    /// <inheritdoc/>
    public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value);

    private static string ReadText(ref Utf8JsonReader reader)
    {
        var text = reader.GetString()!;
        return reader.ValueIsEscaped && text.Contains('\0', StringComparison.Ordinal)
            ? throw new UnstorableTextException()
            : text;
    }
}

/// <summary>
/// Text of the right shape that no database column can hold: a refusal of its own (400), not a wrong shape.
/// </summary>
public sealed class UnstorableTextException : JsonException;
