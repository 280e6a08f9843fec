using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Http;
using Chatalot.Shared.Postgres;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Chatalot.Features.Health;

/// <summary>
/// GET and HEAD /api/health/ready: should a proxy send traffic here? 503 while starting, while draining, and while any
/// named check fails.
/// </summary>
public sealed class GetReadiness(
    DatabaseAvailability database,
    IEnumerable<ReadinessCheck> checks,
    IHostApplicationLifetime lifetime
) : EndpointWithoutRequest<ReadinessResponse>
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/health/ready");
        AllowAnonymous();
        Summary("Should traffic be sent here? 503 while starting, draining or when a named check fails.");
        Options(route => route.WorksWithoutDatabase());
    }

    /// <inheritdoc/>
    public override async Task<ReadinessResponse> ExecuteAsync(CancellationToken ct)
    {
        var results = new Dictionary<string, bool>
        {
            ["database"] = await database.CheckAsync(MaxAge, ct),
            ["not_draining"] = !lifetime.ApplicationStopping.IsCancellationRequested,
        };
        foreach (var check in checks)
            results[check.Name] = check.IsReady();
        var isReady = results.Values.All(isGood => isGood);
        if (!isReady)
            HttpContext.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return new ReadinessResponse(isReady ? "ready" : "not_ready", results);
    }
}

/// <summary>Something that must hold before traffic makes sense; registered by whoever knows it.</summary>
/// <param name="Name">In snake case, for example <c>migrations</c>.</param>
/// <param name="IsReady">Answers from memory, at once.</param>
public sealed record ReadinessCheck(string Name, Func<bool> IsReady);

/// <summary>What is ready and what is not.</summary>
/// <param name="Status"><c>ready</c> or <c>not_ready</c>.</param>
/// <param name="Checks">Each check by its name.</param>
public sealed record ReadinessResponse(string Status, IReadOnlyDictionary<string, bool> Checks);
