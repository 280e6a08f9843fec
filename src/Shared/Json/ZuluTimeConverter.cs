using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Chatalot.Shared.Json;

/// <summary>
/// Points in time of UTC written with <c>Z</c> and, as <see cref="TimestampConverter"/> does, with one fixed width:
/// <c>2031-04-05T06:07:08.123456Z</c>. Without it trailing zeros would be left out.
/// </summary>
public sealed class ZuluTimeConverter : JsonConverter<DateTime>
{
    /// <inheritdoc/>
    public override DateTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDateTimeOffset().UtcDateTime;

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTime value, JsonSerializerOptions options) =>
        writer.WriteStringValue(
            value.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture)
        );
}
