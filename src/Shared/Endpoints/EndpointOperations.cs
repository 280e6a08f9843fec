using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;

namespace Chatalot.Shared.Endpoints;

/// <summary>
/// Describes endpoints in the API document from what they configured: operation id, tag (the feature), parameters from
/// route and query, the body, and the refusals with their error body.
/// </summary>
public sealed class EndpointOperations : IOpenApiOperationTransformer
{
    private const string Json = "application/json";

    private static readonly OpenApiSchema ErrorBodySchema = new()
    {
        Type = JsonSchemaType.Object,
        Required = new HashSet<string> { "error" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["error"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Required = new HashSet<string> { "code", "message" },
                Properties = new Dictionary<string, IOpenApiSchema>
                {
                    ["code"] = Text("word for programs, for example validation_error"),
                    ["message"] = Text("text for people"),
                    ["request_id"] = Text("leads to the log lines of this request"),
                },
            },
        },
    };

    /// <inheritdoc/>
    public async Task TransformAsync(
        OpenApiOperation operation,
        OpenApiOperationTransformerContext context,
        CancellationToken cancellationToken
    )
    {
        var definition = context
            .Description.ActionDescriptor.EndpointMetadata.OfType<EndpointDefinition>()
            .FirstOrDefault();
        if (definition is null)
            return;
        operation.OperationId = definition.Name;
        var feature = definition.Feature;
        operation.Tags = new HashSet<OpenApiTagReference> { new(feature, context.Document) };
        await DescribeRequestAsync(operation, definition, context, cancellationToken);
        DescribeRefusals(operation, definition);
    }

    private static async Task DescribeRequestAsync(
        OpenApiOperation operation,
        EndpointDefinition definition,
        OpenApiOperationTransformerContext context,
        CancellationToken ct
    )
    {
        var inRoute = RoutePatternFactory.Parse(definition.Route).Parameters.Select(p => p.Name).ToHashSet();
        var members = definition.RequestType is { } type ? Members(type, context) : null;
        operation.Parameters = [];
        foreach (var name in inRoute)
        {
            var member = members?.Properties.FirstOrDefault(p => p.Name == name);
            var schema = await context.GetOrCreateSchemaAsync(member?.PropertyType ?? typeof(string), null, ct);
            operation.Parameters.Add(Parameter(name, ParameterLocation.Path, isRequired: true, schema));
        }
        if (members is null)
            return;
        var others = members.Properties.Where(p => !inRoute.Contains(p.Name)).ToList();
        var hasBody = !definition.Methods.Contains(HttpMethods.Get);
        var inQuery = others.Where(member => !hasBody || QueryParamAttribute.IsOn(member)).ToList();
        foreach (var member in inQuery)
        {
            var schema = await context.GetOrCreateSchemaAsync(member.PropertyType, null, ct);
            operation.Parameters.Add(Parameter(member.Name, ParameterLocation.Query, IsRequired(member), schema));
        }
        var inBody = others.Except(inQuery).ToList();
        if (hasBody && (members.Kind != JsonTypeInfoKind.Object || inBody.Count > 0))
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    [Json] = new() { Schema = await BodyAsync(members, inBody, context, ct) },
                },
            };
        }
    }

    /// <summary>The request record without what stands in the route.</summary>
    private static async Task<IOpenApiSchema> BodyAsync(
        JsonTypeInfo request,
        List<JsonPropertyInfo> members,
        OpenApiOperationTransformerContext context,
        CancellationToken ct
    )
    {
        if (request.Kind != JsonTypeInfoKind.Object)
            return await context.GetOrCreateSchemaAsync(request.Type, null, ct);
        var schema = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Properties = new Dictionary<string, IOpenApiSchema>(),
            Required = members.Where(IsRequired).Select(member => member.Name).ToHashSet(),
        };
        foreach (var member in members)
            schema.Properties[member.Name] = await context.GetOrCreateSchemaAsync(member.PropertyType, null, ct);
        return schema;
    }

    private static void DescribeRefusals(OpenApiOperation operation, EndpointDefinition definition)
    {
        IEnumerable<int> always = definition.IsAnonymous ? [400, 429, 503] : [400, 401, 429, 503];
        IEnumerable<int> ofBodies = operation.RequestBody is null ? [] : [413, 415, 422];
        operation.Responses ??= [];
        foreach (var status in always.Concat(ofBodies).Concat(definition.ErrorStatuses).Distinct().Order())
        {
            operation.Responses[$"{status}"] = new OpenApiResponse
            {
                Description = Meaning(status),
                Content = new Dictionary<string, OpenApiMediaType> { [Json] = new() { Schema = ErrorBodySchema } },
            };
        }
    }

    private static OpenApiSchema Text(string description) =>
        new() { Type = JsonSchemaType.String, Description = description };

    private static string Meaning(int status) =>
        status switch
        {
            400 => "a rule failed, or the request is malformed",
            401 => "no valid token",
            403 => "the caller may not do this",
            404 => "no such thing, or the caller may not know of it",
            409 => "contradicts the present state",
            413 => "the body is too large",
            415 => "the body is not JSON",
            422 => "the JSON has the wrong shape",
            429 => "too many requests; see Retry-After",
            503 => "the database is not available; see Retry-After",
            _ => "refused",
        };

    private static JsonTypeInfo Members(Type request, OpenApiOperationTransformerContext context) =>
        context
            .ApplicationServices.GetRequiredService<IOptions<JsonOptions>>()
            .Value.SerializerOptions.GetTypeInfo(request);

    private static bool IsRequired(JsonPropertyInfo member) =>
        member.IsRequired || member.AssociatedParameter is { HasDefaultValue: false, IsNullable: false };

    private static OpenApiParameter Parameter(
        string name,
        ParameterLocation place,
        bool isRequired,
        OpenApiSchema schema
    ) =>
        new()
        {
            Name = name,
            In = place,
            Required = isRequired,
            Schema = schema,
        };
}
