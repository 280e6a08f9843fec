using System.Text.Json.Nodes;
using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;

namespace Chatalot.Features.Files;

/// <summary>DELETE /api/admin/blocked-hashes/{id}: the content may be uploaded again. Operators only.</summary>
internal sealed class UnblockHash(IDocumentSession documents, TimeProvider clock) : Endpoint<UnblockHash.Command>
{
    /// <summary>Which entry.</summary>
    /// <param name="Id">Its id.</param>
    public sealed record Command(Guid Id);

    /// <inheritdoc/>
    public override void Configure()
    {
        Delete("/api/admin/blocked-hashes/{id}");
        Policies(InstancePolicy.Operator);
        Summary("Unblock a file hash", 403, 404);
    }

    /// <inheritdoc/>
    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (await connection.ExecuteAsync("delete from blocked_hashes where id = $1", ct, command.Id) == 0)
            throw Failure.NotFound("blocked hash not found").AsException();
        documents.QueueAudit(
            "admin_unblock_hash",
            User.Id(),
            AuditOrigin.Of(HttpContext),
            clock.GetUtcNow(),
            new JsonObject { ["hash_id"] = command.Id.ToString() }
        );
        await documents.SaveChangesAsync(ct);
        await transaction.CommitAsync(CancellationToken.None);
        return null;
    }
}
