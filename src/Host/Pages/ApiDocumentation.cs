using System.Text.Json;
using Chatalot.Features.Health;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Http;
using Chatalot.Shared.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Chatalot.Host.Pages;

/// <summary>The API document at <c>/openapi/v1.json</c> and a page that renders it at <c>/docs</c>.</summary>
public static class ApiDocumentation
{
    private const string Bearer = "bearer";
    private static readonly Type[] Texts = [typeof(string), typeof(Guid), typeof(DateTimeOffset), typeof(DateTime)];
    private static readonly byte[] Page = EmbeddedPage.Load("docs.html");

    /// <summary>Registers the document: every endpoint, the token scheme, the version.</summary>
    public static IServiceCollection AddApiDocumentation(this IServiceCollection services) =>
        services.AddEndpointDocument(options =>
        {
            options.AddDocumentTransformer(DescribeServer);
            options.AddOperationTransformer(DescribeToken);
            options.AddSchemaTransformer(DescribeValue);
        });

    /// <summary>Maps document and page.</summary>
    public static void MapApiDocumentation(this IEndpointRouteBuilder routes)
    {
        routes.MapOpenApi().AllowAnonymous();
        routes
            .MapMethods("/docs", [HttpMethods.Get, HttpMethods.Head], context => EmbeddedPage.SendAsync(context, Page))
            .ExcludeFromDescription()
            .WorksWithoutDatabase()
            .AllowAnonymous();
    }

    private static Task DescribeServer(
        OpenApiDocument document,
        OpenApiDocumentTransformerContext context,
        CancellationToken ct
    )
    {
        document.Info = new OpenApiInfo
        {
            Title = "Chatalot",
            Version = ServerVersion.Current,
            Description =
                "HTTP API of a Chatalot server. Times are RFC 3339 in UTC, ids are UUIDs, byte strings are arrays of "
                + "numbers from 0 to 255. Messages travel over the WebSocket at /ws.",
        };
        // The address under which the document was asked for is the server; behind a proxy any other would be wrong.
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes[Bearer] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = Bearer,
            BearerFormat = "JWT",
            Description = "The access_token of POST /api/auth/login, register or refresh; valid for 15 minutes.",
        };
        return Task.CompletedTask;
    }

    /// <summary>
    /// What converters of this server write, which the framework cannot see: texts, ids, times, words, bytes.
    /// </summary>
    private static Task DescribeValue(
        OpenApiSchema schema,
        OpenApiSchemaTransformerContext context,
        CancellationToken ct
    )
    {
        var declared = context.JsonTypeInfo.Type;
        var isOptional = declared.IsGenericType && declared.GetGenericTypeDefinition() == typeof(Optional<>);
        if (isOptional)
        {
            schema.Description = "Left out: stays as it is. Null: is cleared.";
            declared = declared.GetGenericArguments()[0];
        }
        var underlying = Nullable.GetUnderlyingType(declared);
        var type = underlying ?? declared;
        var isBytes = type == typeof(byte[]) || type == typeof(ReadOnlyMemory<byte>);
        if (!isBytes && !type.IsEnum && !Texts.Contains(type))
            return Task.CompletedTask;
        schema.Type = isBytes ? JsonSchemaType.Array : JsonSchemaType.String;
        if (isOptional || underlying is not null || context.JsonPropertyInfo is { IsGetNullable: true })
            schema.Type |= JsonSchemaType.Null;
        if (isBytes)
        {
            schema.Format = null;
            schema.Items = new OpenApiSchema
            {
                Type = JsonSchemaType.Integer,
                Minimum = "0",
                Maximum = "255",
            };
        }
        if (type.IsEnum)
        {
            var json = context.JsonTypeInfo.Options;
            schema.Enum =
            [
                .. Enum.GetValues(type)
                    .Cast<object>()
                    .Select(word => JsonSerializer.SerializeToNode(word, type, json)!),
            ];
        }
        return Task.CompletedTask;
    }

    private static Task DescribeToken(
        OpenApiOperation operation,
        OpenApiOperationTransformerContext context,
        CancellationToken ct
    )
    {
        if (!context.Description.ActionDescriptor.EndpointMetadata.OfType<IAllowAnonymous>().Any())
            operation.Security =
            [
                new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, context.Document)] = [] },
            ];
        return Task.CompletedTask;
    }
}
