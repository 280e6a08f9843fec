using System.Text.Json.Serialization.Metadata;
using Chatalot.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Chatalot.Shared.Endpoints;

/// <summary>
/// One use case over HTTP: reads <typeparamref name="TRequest"/>, answers <typeparamref name="TResponse"/>.
/// </summary>
/// <typeparam name="TRequest">Record bound by name from route, body and query.</typeparam>
/// <typeparam name="TResponse">Record written as JSON with status 200, or an <see cref="IResult"/> that writes
/// itself.</typeparam>
public abstract class Endpoint<TRequest, TResponse> : BaseEndpoint
    where TRequest : notnull
{
    /// <summary>Handles the request and sends the answer by itself. Prefer <see cref="ExecuteAsync"/>.</summary>
    public virtual async Task HandleAsync(TRequest req, CancellationToken ct) =>
        await HttpContext.SendAsync(await ExecuteAsync(req, ct));

    /// <summary>Handles the request and returns the answer.</summary>
    public virtual Task<TResponse> ExecuteAsync(TRequest req, CancellationToken ct) =>
        throw new InvalidOperationException($"{GetType().Name} overrides neither ExecuteAsync nor HandleAsync");

    internal sealed override async Task RunAsync(CancellationToken ct)
    {
        var request = await RequestBinder<TRequest>.Of(HttpContext, Definition).BindAsync(HttpContext, ct);
        Validate(request);
        await HandleAsync(request, ct);
    }
}

/// <summary>One use case that answers 200 with an empty body.</summary>
/// <typeparam name="TRequest">Record bound by name from route, body and query.</typeparam>
public abstract class Endpoint<TRequest> : Endpoint<TRequest, object?>
    where TRequest : notnull;

/// <summary>One use case that reads nothing from the request but its caller.</summary>
/// <typeparam name="TResponse">Record written as JSON with status 200, or an <see cref="IResult"/> that writes
/// itself.</typeparam>
public abstract class EndpointWithoutRequest<TResponse> : BaseEndpoint
{
    /// <summary>Handles the request and sends the answer by itself. Prefer <see cref="ExecuteAsync"/>.</summary>
    public virtual async Task HandleAsync(CancellationToken ct) => await HttpContext.SendAsync(await ExecuteAsync(ct));

    /// <summary>Handles the request and returns the answer.</summary>
    public virtual Task<TResponse> ExecuteAsync(CancellationToken ct) =>
        throw new InvalidOperationException($"{GetType().Name} overrides neither ExecuteAsync nor HandleAsync");

    internal sealed override Task RunAsync(CancellationToken ct) => HandleAsync(ct);
}

internal static class Sending
{
    /// <summary>Null is the empty answer of the contract: 200 without a body.</summary>
    public static Task SendAsync<TResponse>(this HttpContext context, TResponse response)
    {
        context.Features.Get<TimeLimitFeature>()?.End();
        return response switch
        {
            null => Task.CompletedTask,
            IResult result => result.ExecuteAsync(context),
            _ => context.Response.WriteAsJsonAsync(
                response,
                context.TypeInfo<TResponse>(),
                cancellationToken: context.RequestAborted
            ),
        };
    }

    public static JsonTypeInfo<T> TypeInfo<T>(this HttpContext context) =>
        (JsonTypeInfo<T>)
            context
                .RequestServices.GetRequiredService<IOptions<JsonOptions>>()
                .Value.SerializerOptions.GetTypeInfo(typeof(T));
}
