using System.Text.Json;
using System.Text.Json.Serialization;

namespace Chatalot.Shared.Json;

/// <summary>
/// Byte strings as JSON arrays of integers 0 to 255, never base64 (contract, realtime.md 1). Refuses numbers outside
/// that range, fractions, exponents, anything that is not a number, and more than <see cref="ByteNumbers.MaxBytes"/>.
/// </summary>
public sealed class ByteArrayConverter : JsonConverter<byte[]>
{
    /// <inheritdoc/>
    public override byte[] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        ByteNumbers.Read(ref reader);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, byte[] value, JsonSerializerOptions options) =>
        ByteNumbers.Write(writer, value);
}

/// <summary>The same form as <see cref="ByteArrayConverter"/> for bytes that are part of a larger buffer.</summary>
public sealed class ByteMemoryConverter : JsonConverter<ReadOnlyMemory<byte>>
{
    /// <inheritdoc/>
    public override ReadOnlyMemory<byte> Read(
        ref Utf8JsonReader reader,
        Type typeToConvert,
        JsonSerializerOptions options
    ) => ByteNumbers.Read(ref reader);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ReadOnlyMemory<byte> value, JsonSerializerOptions options) =>
        ByteNumbers.Write(writer, value.Span);
}
