using System.Buffers;
using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Chatalot.Shared.Endpoints;

/// <summary>
/// Builds a request record by name: route values win, then members of the JSON body, then query values. All of them are
/// written into one JSON object that the source-generated type information reads, so that every source has the same
/// conversions. Statuses are the contract's: bad syntax or a bad path or query value 400, wrong content type 415,
/// well-formed JSON of the wrong shape 422.
/// </summary>
internal sealed class RequestBinder<TRequest>
    where TRequest : notnull
{
    private static readonly Failure Unstorable = Failure.Validation("text must not contain the character U+0000");

    private readonly JsonTypeInfo<TRequest> typeInfo;
    private readonly FrozenDictionary<string, Type> members;
    private readonly FrozenSet<string> routeNames;
    private readonly FrozenSet<string> queryNames;
    private readonly FrozenDictionary<string, string> routeWords;
    private readonly Func<HttpContext, CancellationToken, Task>? door;
    private readonly bool readsBody;
    private readonly bool needsBody;

    private RequestBinder(JsonTypeInfo<TRequest> typeInfo, EndpointDefinition definition, EndpointOptions options)
    {
        this.typeInfo = typeInfo;
        routeWords = options.RouteValueNames.ToFrozenDictionary(StringComparer.Ordinal);
        routeNames = RoutePatternFactory
            .Parse(definition.Route)
            .Parameters.Select(p => p.Name)
            .ToFrozenSet(StringComparer.Ordinal);
        door = routeNames
            .Select(name => options.RouteValueDoors.GetValueOrDefault(name))
            .FirstOrDefault(d => d is not null);
        members = typeInfo.Properties.ToFrozenDictionary(
            p => p.Name,
            p => Nullable.GetUnderlyingType(p.PropertyType) ?? p.PropertyType,
            StringComparer.Ordinal
        );
        queryNames = typeInfo
            .Properties.Where(QueryParamAttribute.IsOn)
            .Select(p => p.Name)
            .ToFrozenSet(StringComparer.Ordinal);
        var everythingIsInTheAddress = IsObject && members.Keys.All(IsInTheAddress);
        readsBody =
            !definition.Methods.Contains(HttpMethods.Get) && !everythingIsInTheAddress && !definition.ReadsFormItself;
        needsBody = !IsObject || typeInfo.Properties.Any(p => p.IsRequired && !IsInTheAddress(p.Name));
    }

    private bool IsInTheAddress(string name) => routeNames.Contains(name) || queryNames.Contains(name);

    private bool IsObject => typeInfo.Kind == JsonTypeInfoKind.Object;

    /// <summary>
    /// The binder of this endpoint, built at its first request and kept in the definition's binder cache.
    /// </summary>
    public static RequestBinder<TRequest> Of(HttpContext context, EndpointDefinition definition)
    {
        if (definition.Binder is RequestBinder<TRequest> known)
            return known;
        var options = context.RequestServices.GetRequiredService<IOptions<EndpointOptions>>().Value;
        var binder = new RequestBinder<TRequest>(context.TypeInfo<TRequest>(), definition, options);
        definition.Binder = binder;
        return binder;
    }

    public async ValueTask<TRequest> BindAsync(HttpContext context, CancellationToken ct)
    {
        try
        {
            return await ReadAsync(context, ct);
        }
        catch (FailureException) when (door is not null)
        {
            await door(context, ct);
            throw;
        }
    }

    private async ValueTask<TRequest> ReadAsync(HttpContext context, CancellationToken ct)
    {
        if (!readsBody || !ExpectsBody(context.Request))
            return Read(Compose(context, default), statusOfWrongShape: 400);

        using var body = await JsonBody.ReadAsync(context.Request, ct);
        if (!IsObject)
            return Read(body.RootElement);
        if (body.RootElement.ValueKind != JsonValueKind.Object)
            throw WrongShape("a JSON object is expected").AsException();
        return HasOtherSources(context)
            ? Read(Compose(context, body.RootElement), statusOfWrongShape: 422)
            : Read(body.RootElement);
    }

    /// <summary>
    /// A DELETE may carry a body (account deletion does); clients also send its content type without one. So may
    /// everything whose members may all be left out.
    /// </summary>
    private bool ExpectsBody(HttpRequest request) =>
        (needsBody && !HttpMethods.IsDelete(request.Method))
        || request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true;

    private bool HasOtherSources(HttpContext context) => routeNames.Count > 0 || context.Request.Query.Count > 0;

    private ArrayBufferWriter<byte> Compose(HttpContext context, JsonElement body)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        foreach (var name in routeNames)
        {
            if (members.TryGetValue(name, out var type) && context.GetRouteValue(name) is string text)
                AddressValue.Write(writer, name, type, text, routeWords.GetValueOrDefault(name, name));
        }
        var fromBody = new HashSet<string>(StringComparer.Ordinal);
        if (body.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in body.EnumerateObject())
            {
                if (IsInTheAddress(property.Name) || !members.ContainsKey(property.Name))
                    continue;
                fromBody.Add(property.Name);
                WriteProperty(writer, property);
            }
        }
        foreach (var (name, values) in context.Request.Query)
        {
            if (members.TryGetValue(name, out var type) && !routeNames.Contains(name) && !fromBody.Contains(name))
                AddressValue.Write(writer, name, type, values.ToString(), name);
        }
        writer.WriteEndObject();
        writer.Flush();
        return buffer;
    }

    private static void WriteProperty(Utf8JsonWriter writer, JsonProperty property)
    {
        try
        {
            property.WriteTo(writer);
        }
        // Text that is no text: half of a surrogate pair, escaped.
        catch (InvalidOperationException)
        {
            throw WrongShape($"missing or invalid value: {property.Name}").AsException();
        }
    }

    private TRequest Read(ArrayBufferWriter<byte> json, int statusOfWrongShape)
    {
        try
        {
            return JsonSerializer.Deserialize(json.WrittenSpan, typeInfo) ?? throw new JsonException("null");
        }
        catch (UnstorableTextException)
        {
            throw Unstorable.AsException();
        }
        catch (JsonException wrong)
        {
            throw (
                statusOfWrongShape == 422 ? WrongShape(Describe(wrong)) : Failure.Validation(Describe(wrong))
            ).AsException();
        }
    }

    private TRequest Read(JsonElement json)
    {
        try
        {
            return json.Deserialize(typeInfo) ?? throw new JsonException("null");
        }
        catch (UnstorableTextException)
        {
            throw Unstorable.AsException();
        }
        catch (JsonException wrong)
        {
            throw WrongShape(Describe(wrong)).AsException();
        }
    }

    private static Failure WrongShape(string message) => new(422, "unprocessable", message);

    /// <summary>Names the place, never the value: bodies hold passwords and messages.</summary>
    private string Describe(JsonException wrong)
    {
        if (wrong.Path is { Length: > 2 } path)
            return $"missing or invalid value: {path.AsSpan(1).TrimStart('.')}";
        if (!IsObject)
            return typeInfo.Kind is JsonTypeInfoKind.Enumerable
                ? "a JSON array is expected"
                : "a JSON object is expected";
        var required = typeInfo.Properties.Where(p => p.IsRequired && !routeNames.Contains(p.Name)).Select(p => p.Name);
        return $"a required value is missing or invalid (required: {string.Join(", ", required)})";
    }
}
