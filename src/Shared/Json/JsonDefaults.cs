using System.Collections;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Chatalot.Shared.Json;

/// <summary>
/// How this server reads and writes JSON everywhere: HTTP bodies, WebSocket frames and stored documents.
/// Names are snake_case and case-sensitive, unknown members are ignored, numbers come from JSON numbers only, bytes are
/// arrays of 0 to 255, ids are lower-case hyphenated, times are UTC with six fractional digits, enums are snake_case
/// words. A list of texts or objects holds no null. A member that is required (a constructor parameter or a
/// <c>required</c> property) must be there, and null is refused where the type does not allow it; a nullable
/// constructor parameter may be left out.
/// </summary>
/// <example>
/// Each feature declares one source-generated context and adds it to the options that it is used with:
/// <code>
/// [JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
/// [JsonSerializable(typeof(CreateCommunity.Command))]
/// [JsonSerializable(typeof(CommunityResponse))]
/// internal sealed partial class CommunitiesJson : JsonSerializerContext;
///
/// services.ConfigureHttpJsonOptions(json => json.SerializerOptions.AddContext(CommunitiesJson.Default));
/// // or, apart from HTTP:
/// JsonSerializerOptions options = JsonDefaults.CreateOptions(CommunitiesJson.Default);
/// var typeInfo = (JsonTypeInfo&lt;CommunityResponse&gt;)options.GetTypeInfo(typeof(CommunityResponse));
/// </code>
/// <c>new CommunitiesJson(JsonDefaults.CreateOptions())</c> gives the same with typed properties, except that every
/// constructor parameter without a default value must then be present, nullable or not.
/// </example>
public static class JsonDefaults
{
    /// <summary>Deepest nesting that is read or written.</summary>
    public const int MaxDepth = 32;

    /// <summary>
    /// Escapes only what JSON itself demands. Safe because every JSON answer is sent as <c>application/json</c> with
    /// <c>nosniff</c> and never placed into HTML; signalling payloads, which are JSON inside strings, stay half the
    /// size.
    /// </summary>
    public static JavaScriptEncoder Encoder => JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <summary>New options with these source-generated contexts.</summary>
    public static JsonSerializerOptions CreateOptions(params ReadOnlySpan<IJsonTypeInfoResolver> contexts)
    {
        var options = new JsonSerializerOptions();
        Apply(options);
        foreach (var context in contexts)
            options.AddContext(context);
        return options;
    }

    /// <summary>
    /// Sets naming, strictness and converters on options made elsewhere, such as those of the web framework.
    /// </summary>
    public static void Apply(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.DictionaryKeyPolicy = null;
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = default;
        options.MaxDepth = MaxDepth;
        options.RespectRequiredConstructorParameters = true;
        options.RespectNullableAnnotations = true;
        options.Encoder = Encoder;
        options.Converters.Add(new GuidConverter());
        options.Converters.Add(new TimestampConverter());
        options.Converters.Add(new ByteArrayConverter());
        options.Converters.Add(new ByteMemoryConverter());
        options.Converters.Add(new TextConverter());
        options.Converters.Add(new EnumConverterFactory());
        options.Converters.Add(new OptionalConverterFactory());
    }

    /// <summary>
    /// Adds a source-generated context, in front of those already there. Constructor parameters that are nullable or
    /// <see cref="Optional{T}"/> may then be left out: clients leave out what they do not set.
    /// </summary>
    public static void AddContext(this JsonSerializerOptions options, IJsonTypeInfoResolver context) =>
        options.TypeInfoResolverChain.Insert(
            0,
            context.WithAddedModifier(LetNullableParametersBeAbsent).WithAddedModifier(RefuseNullElements)
        );

    private static void LetNullableParametersBeAbsent(JsonTypeInfo typeInfo)
    {
        foreach (var property in typeInfo.Properties)
        {
            // Source generation treats required properties as parameters too; those say what they mean.
            if (
                property.AssociatedParameter is { IsMemberInitializer: false } parameter
                && (parameter.IsNullable || IsOptional(parameter))
            )
                property.IsRequired = false;
        }
    }

    /// <summary>
    /// The framework refuses null for members only: without this, a null in a list would be found by whoever uses the
    /// list.
    /// </summary>
    private static void RefuseNullElements(JsonTypeInfo typeInfo)
    {
        if (typeInfo is { Kind: JsonTypeInfoKind.Enumerable, ElementType.IsValueType: false })
            typeInfo.OnDeserialized = RequireElements;
    }

    private static void RequireElements(object list)
    {
        foreach (var element in (IEnumerable)list)
        {
            if (element is null)
                throw new JsonException();
        }
    }

    private static bool IsOptional(JsonParameterInfo parameter) =>
        parameter.ParameterType.IsGenericType
        && parameter.ParameterType.GetGenericTypeDefinition() == typeof(Optional<>);
}
