using Chatalot.Shared.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Chatalot.Shared.Http;

/// <summary>How long an endpoint may take.</summary>
/// <param name="Limit">Zero: for ever.</param>
public sealed record TimeLimitSettings(TimeSpan Limit);

/// <summary>
/// Cancels an endpoint that takes too long (504), so that a stalled query does not hold a request for ever. Sockets,
/// uploads and downloads last as long as they last. The framework's own middleware would drop the headers that other
/// origins need to read the answer.
/// </summary>
internal sealed class TimeLimit(RequestDelegate next, TimeLimitSettings settings)
{
    public Task InvokeAsync(HttpContext context) =>
        settings.Limit <= TimeSpan.Zero || MayLast(context) ? next(context) : LimitAsync(context);

    private async Task LimitAsync(HttpContext context)
    {
        var client = context.RequestAborted;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(client);
        deadline.CancelAfter(settings.Limit);
        context.RequestAborted = deadline.Token;
        context.Features.Set(
            new TimeLimitFeature(() =>
            {
                deadline.CancelAfter(Timeout.InfiniteTimeSpan);
                context.RequestAborted = client;
            })
        );
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !client.IsCancellationRequested)
        {
            throw ErrorBody.OfStatus(StatusCodes.Status504GatewayTimeout).AsException();
        }
        finally
        {
            context.RequestAborted = client;
            context.Features.Set<TimeLimitFeature>(null);
        }
    }

    private static bool MayLast(HttpContext context)
    {
        var path = context.Request.Path;
        return path.StartsWithSegments("/ws", StringComparison.OrdinalIgnoreCase)
            || path.StartsWithSegments("/api/files", StringComparison.OrdinalIgnoreCase)
            || BodyLimits.IsUpload(context.GetEndpoint())
            || context.GetEndpoint()?.Metadata.GetMetadata<MayLastMetadata>() is not null;
    }
}

/// <summary>
/// The time limit of one request. It ends when the endpoint is done: what was stored must not be answered as if it were
/// not, because clients repeat a 504, and an answer that is half written must not be followed by another one.
/// </summary>
internal sealed class TimeLimitFeature(Action end)
{
    /// <summary>From now on only the client itself breaks the request off.</summary>
    public void End() => end();
}

/// <summary>Marks endpoints that no time limit cuts off.</summary>
public sealed class MayLastMetadata
{
    internal static MayLastMetadata Instance { get; } = new();
}

/// <summary>Words for endpoints.</summary>
public static class TimeLimitConventions
{
    /// <summary>
    /// The endpoint takes as long as it takes: a stream that stays open, or work that people wait for.
    /// </summary>
    public static TBuilder MayLast<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(MayLastMetadata.Instance);
}
