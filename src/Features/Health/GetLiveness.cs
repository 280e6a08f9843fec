using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Http;

namespace Chatalot.Features.Health;

/// <summary>
/// GET and HEAD /api/health/live: 200 while the process can answer. For what restarts a server that hangs: it never
/// asks the database, whose outage a restart would not cure.
/// </summary>
public sealed class GetLiveness : EndpointWithoutRequest<LivenessResponse>
{
    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/health/live");
        AllowAnonymous();
        Summary("Can the process answer? Never asks the database.");
        Options(route => route.WorksWithoutDatabase());
    }

    /// <inheritdoc/>
    public override Task<LivenessResponse> ExecuteAsync(CancellationToken ct) =>
        Task.FromResult(new LivenessResponse("ok"));
}

/// <summary>The process answers.</summary>
/// <param name="Status">Always <c>ok</c>.</param>
public sealed record LivenessResponse(string Status);
