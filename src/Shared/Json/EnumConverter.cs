using System.Text.Json;
using System.Text.Json.Serialization;

namespace Chatalot.Shared.Json;

/// <summary>
/// Enumerations as snake_case words, exactly as spelled: the framework's own converter also takes other letter cases
/// and comma lists, and so can give a value that the enumeration does not define.
/// </summary>
public sealed class EnumConverterFactory : JsonConverterFactory
{
    /// <inheritdoc/>
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

    /// <inheritdoc/>
    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(EnumConverter<>).MakeGenericType(typeToConvert))!;
}

/// <summary>The converter of one enumeration; every value needs a name of its own.</summary>
internal sealed class EnumConverter<T> : JsonConverter<T>
    where T : struct, Enum
{
    private static readonly T[] Values = Enum.GetValues<T>();

    private static readonly JsonEncodedText[] Names = Array.ConvertAll(
        Values,
        value => JsonEncodedText.Encode(JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()))
    );

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
            throw new JsonException();
        for (var i = 0; i < Names.Length; i++)
        {
            if (reader.ValueTextEquals(Names[i].EncodedUtf8Bytes))
                return Values[i];
        }
        throw new JsonException();
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        var index = Array.IndexOf(Values, value);
        if (index < 0)
            throw new JsonException($"{value} is not a value of {typeof(T).Name}");
        writer.WriteStringValue(Names[index]);
    }
}
