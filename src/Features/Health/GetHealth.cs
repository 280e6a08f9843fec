using System.Text.Json.Serialization;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Http;
using Chatalot.Shared.Postgres;
using Microsoft.AspNetCore.Http;

namespace Chatalot.Features.Health;

/// <summary>
/// GET and HEAD /api/health: are server and database well? 200, or 503 with the same body when the database cannot be
/// reached (contract, operations.md G1 to G18). The answer is at most a second old and takes two at most.
/// </summary>
public sealed class GetHealth(DatabaseAvailability database, SchemaReadiness schema, ServerUptime uptime)
    : EndpointWithoutRequest<HealthResponse>
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/health");
        AllowAnonymous();
        Summary("Are server and database well? 503 with the same body when the database cannot be reached.");
        Options(route => route.WorksWithoutDatabase());
    }

    /// <inheritdoc/>
    public override async Task<HealthResponse> ExecuteAsync(CancellationToken ct)
    {
        // A database without this build's schema serves nobody yet: clients that wait for health may go on at once.
        var isHealthy = await database.CheckAsync(MaxAge, ct) && schema.IsReady;
        if (!isHealthy)
            HttpContext.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        HttpContext.Response.Headers.CacheControl = "no-store";
        return new HealthResponse(
            isHealthy ? "ok" : "degraded",
            ServerVersion.Current,
            (long)uptime.Elapsed.TotalSeconds,
            isHealthy
        );
    }
}

/// <summary>The four fields that monitoring reads, in the order that it shows them.</summary>
/// <param name="Status"><c>ok</c> or <c>degraded</c>.</param>
/// <param name="Version">Version of the server.</param>
/// <param name="UptimeSecs">Whole seconds since the server started.</param>
/// <param name="DbHealthy">Did the database just answer?</param>
public sealed record HealthResponse(
    [property: JsonPropertyOrder(0)] string Status,
    [property: JsonPropertyOrder(1)] string Version,
    [property: JsonPropertyOrder(2)] long UptimeSecs,
    [property: JsonPropertyOrder(3)] bool DbHealthy
);
