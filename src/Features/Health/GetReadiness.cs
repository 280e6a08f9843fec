using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Http;
using Microsoft.AspNetCore.Http;

namespace Chatalot.Features.Health;

/// <summary>
/// GET and HEAD /api/health/ready: should a proxy send traffic here? 503 while starting, while draining, and while any
/// named check fails (contract, operations.md 8.1).
/// </summary>
public sealed class GetReadiness(ReadinessChecks checks) : EndpointWithoutRequest<ReadinessResponse>
{
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
        var results = await checks.AskAsync(ct);
        var isReady = results.Values.All(result => result.IsGood);
        if (!isReady)
            HttpContext.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return new ReadinessResponse(isReady ? "ready" : "not_ready", results);
    }
}

/// <summary>What is ready and what is not.</summary>
/// <param name="Status"><c>ready</c> or <c>not_ready</c>.</param>
/// <param name="Checks">Each check by its name.</param>
public sealed record ReadinessResponse(string Status, IReadOnlyDictionary<string, CheckResult> Checks);
