using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Npgsql;

namespace Chatalot.Features.Operations;

/// <summary>POST /api/admin/slow-queries/reset: count statements from now on. Operators only; audited.</summary>
public sealed class ResetSlowQueries(NpgsqlDataSource database, IDocumentSession documents, TimeProvider clock)
    : EndpointWithoutRequest<object?>
{
    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/admin/slow-queries/reset");
        Policies(InstancePolicy.Operator);
        Summary("Forget the statistics of database statements", 403, 409);
    }

    /// <inheritdoc/>
    public override async Task<object?> ExecuteAsync(CancellationToken ct)
    {
        try
        {
            await using var command = database.CreateCommand("select pg_stat_statements_reset()");
            await command.ExecuteNonQueryAsync(ct);
        }
        catch (PostgresException missing) when (StatementStatistics.IsMissing(missing))
        {
            throw Failure.Conflict(StatementStatistics.Hint).AsException();
        }
        documents.QueueAudit("slow_queries_reset", User.Id(), AuditOrigin.Of(HttpContext), clock.GetUtcNow());
        await documents.SaveChangesAsync(ct);
        return null;
    }
}
