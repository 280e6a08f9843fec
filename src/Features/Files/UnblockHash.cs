using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;

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
        var isChanged = await documents.ChangeAsync(
            "admin_unblock_hash",
            User.Id(),
            AuditOrigin.Of(HttpContext),
            clock.GetUtcNow(),
            new() { ["hash_id"] = command.Id.ToString() },
            "delete from blocked_hashes where id = $1",
            ct,
            command.Id
        );
        if (!isChanged)
            throw Failure.NotFound("blocked hash not found").AsException();
        return null;
    }
}
