using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Chatalot.Shared.Json;

/// <summary>Makes the converter of each <see cref="Optional{T}"/>, once per type.</summary>
public sealed class OptionalConverterFactory : JsonConverterFactory
{
    /// <inheritdoc/>
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(Optional<>);

    /// <inheritdoc/>
    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)
            Activator.CreateInstance(
                typeof(OptionalConverter<>).MakeGenericType(typeToConvert.GenericTypeArguments[0])
            )!;
}

/// <summary>Reads null or the value; that the converter is called at all means that the member is present.</summary>
internal sealed class OptionalConverter<T> : JsonConverter<Optional<T>>
    where T : notnull
{
    public override bool HandleNull => true;

    public override Optional<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Null
            ? Optional<T>.Null
            : new Optional<T>(JsonSerializer.Deserialize(ref reader, ValueType(options)));

    public override void Write(Utf8JsonWriter writer, Optional<T> value, JsonSerializerOptions options)
    {
        if (value.TryGet(out var inner))
            JsonSerializer.Serialize(writer, inner, ValueType(options));
        else
            writer.WriteNullValue();
    }

    private static JsonTypeInfo<T> ValueType(JsonSerializerOptions options) =>
        (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
}
