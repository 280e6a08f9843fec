using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Chatalot.Shared.Http;

/// <summary>Marks endpoints that answer without the database.</summary>
public sealed class WorksWithoutDatabaseMetadata
{
    internal static WorksWithoutDatabaseMetadata Instance { get; } = new();
}

/// <summary>
/// While the database is known to be lost, or has not got its schema yet, refuses API calls at once (503) instead of
/// letting each of them wait for a connection (contract, operations.md 8.5). Runs after routing.
/// </summary>
internal sealed class DatabaseGate(RequestDelegate next, DatabaseAvailability database, SchemaReadiness schema)
{
    public Task InvokeAsync(HttpContext context) =>
        (database.IsAvailable && schema.IsReady) || !NeedsDatabase(context)
            ? next(context)
            : ErrorBody.WriteAsync(context, Failure.DatabaseUnavailable);

    private static bool NeedsDatabase(HttpContext context) =>
        context.GetEndpoint() is { } endpoint
        && context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
        && endpoint.Metadata.GetMetadata<WorksWithoutDatabaseMetadata>() is null;
}

/// <summary>Words for endpoints.</summary>
public static class DatabaseGateConventions
{
    /// <summary>The endpoint answers without the database and is not refused during an outage.</summary>
    public static TBuilder WorksWithoutDatabase<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(WorksWithoutDatabaseMetadata.Instance);
}
