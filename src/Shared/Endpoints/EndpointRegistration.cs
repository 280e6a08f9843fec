using System.Collections.Frozen;
using System.Reflection;
using System.Runtime.CompilerServices;
using FluentValidation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Shared.Endpoints;

/// <summary>Finds endpoints and validators in an assembly and maps them onto the framework's routing.</summary>
public static class EndpointRegistration
{
    /// <summary>Registers every endpoint and validator of the assembly.</summary>
    public static IServiceCollection AddEndpoints(this IServiceCollection services, Assembly assembly)
    {
        var types = TypesWithGenericBase.In(assembly).ToList();
        services.AddSingleton<LostAnswers>();
        services.AddSingleton(
            new EndpointCatalogue(
                [.. types.Where(type => type.IsAssignableTo(typeof(BaseEndpoint))).Select(Define)],
                types
                    .Select(type => (Type: type, Request: RequestOfValidator(type)))
                    .Where(found => found.Request is not null)
                    .ToFrozenDictionary(
                        found => found.Request!,
                        // At the first use: its rules are expressions that have to be compiled.
                        found => new Lazy<IValidator>(() => (IValidator)Activator.CreateInstance(found.Type)!)
                    )
            )
        );
        services.AddOptions<EndpointOptions>();
        return services;
    }

    /// <summary>
    /// Registers the API document, <c>/openapi/v1.json</c> once it is mapped, with every endpoint in it.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">What the host adds: title, security schemes.</param>
    public static IServiceCollection AddEndpointDocument(
        this IServiceCollection services,
        Action<OpenApiOptions>? configure = null
    ) =>
        services.AddOpenApi(options =>
        {
            // HEAD answers as GET does and would only repeat it.
            options.ShouldInclude = description => description.HttpMethod != HttpMethods.Head;
            options.AddOperationTransformer<EndpointOperations>();
            configure?.Invoke(options);
        });

    /// <summary>Maps every registered endpoint; each needs a token unless it says <c>AllowAnonymous()</c>.</summary>
    public static void MapEndpoints(this IEndpointRouteBuilder routes)
    {
        var definitions = routes.ServiceProvider.GetRequiredService<EndpointCatalogue>().Definitions;
        // Two features may have a use case of the same name; only then the feature becomes part of it.
        foreach (var alike in definitions.GroupBy(definition => definition.EndpointType.Name))
        foreach (var definition in alike)
            definition.Name = alike.Count() == 1 ? alike.Key : definition.Feature + alike.Key;
        foreach (var definition in definitions)
        {
            // Made at the first call: each is a piece of generated code, and most routes are rarely called.
            var create = new Lazy<ObjectFactory>(() =>
                ActivatorUtilities.CreateFactory(definition.EndpointType, Type.EmptyTypes)
            );
            var route = routes.MapMethods(
                definition.Route,
                definition.Methods,
                async context =>
                {
                    var endpoint = (BaseEndpoint)create.Value(context.RequestServices, null);
                    endpoint.HttpContext = context;
                    endpoint.Definition = definition;
                    await endpoint.RunAsync(context.RequestAborted);
                }
            );
            route.WithMetadata(definition, definition.EndpointType.GetMethod(nameof(BaseEndpoint.Configure))!);
            route.WithName(definition.Name);
            if (definition.ResponseType is { } response && !response.IsAssignableTo(typeof(IResult)))
                route.WithMetadata(
                    new ProducesResponseTypeMetadata(definition.SuccessStatus, response, ["application/json"])
                );
            else
                route.WithMetadata(new ProducesResponseTypeMetadata(definition.SuccessStatus, typeof(void)));
            if (definition.Summary is { } summary)
                route.WithSummary(summary);
            if (definition.IsAnonymous)
                route.AllowAnonymous();
            else
                route.RequireAuthorization([.. definition.PolicyNames]);
            foreach (var convention in definition.Conventions)
                convention(route);
        }
    }

    internal static IValidator<TRequest>? GetValidator<TRequest>(this IServiceProvider services) =>
        services.GetRequiredService<EndpointCatalogue>().Validators.GetValueOrDefault(typeof(TRequest))?.Value
        as IValidator<TRequest>;

    /// <summary>
    /// Asks the endpoint for its definition on an instance without dependencies, which <c>Configure()</c> does not
    /// touch.
    /// </summary>
    private static EndpointDefinition Define(Type type)
    {
        var (request, response) = Shape(type);
        var endpoint = (BaseEndpoint)RuntimeHelpers.GetUninitializedObject(type);
        endpoint.Definition = new EndpointDefinition
        {
            EndpointType = type,
            RequestType = request,
            ResponseType = response,
        };
        endpoint.Configure();
        return endpoint.Definition.Route.Length > 0
            ? endpoint.Definition
            : throw new InvalidOperationException($"{type.Name}.Configure() names no route");
    }

    private static (Type? Request, Type? Response) Shape(Type type)
    {
        for (var ancestor = type.BaseType; ancestor is not null; ancestor = ancestor.BaseType)
        {
            if (!ancestor.IsGenericType)
                continue;
            var arguments = ancestor.GetGenericArguments();
            if (ancestor.GetGenericTypeDefinition() == typeof(Endpoint<,>))
                return (arguments[0], arguments[1] == typeof(object) ? null : arguments[1]);
            if (ancestor.GetGenericTypeDefinition() == typeof(EndpointWithoutRequest<>))
                return (null, arguments[0] == typeof(object) ? null : arguments[0]);
        }
        throw new InvalidOperationException($"{type.Name} derives from neither Endpoint nor EndpointWithoutRequest");
    }

    private static Type? RequestOfValidator(Type type) =>
        type.BaseType is { IsGenericType: true } validator
        && validator.GetGenericTypeDefinition() == typeof(Validator<>)
            ? validator.GetGenericArguments()[0]
            : null;
}

/// <summary>Every endpoint and validator that was found at start.</summary>
/// <param name="Definitions">Endpoints as they configured themselves.</param>
/// <param name="Validators">Validators by the request type that they check.</param>
public sealed record EndpointCatalogue(
    IReadOnlyList<EndpointDefinition> Definitions,
    FrozenDictionary<Type, Lazy<IValidator>> Validators
);
