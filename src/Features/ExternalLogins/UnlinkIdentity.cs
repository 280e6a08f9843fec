using System.Text.Json.Nodes;
using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Features.Auth;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;

namespace Chatalot.Features.ExternalLogins;

/// <summary>
/// DELETE /api/account/identities/{id}: unlink an account at the identity provider; the password stays.
/// </summary>
internal sealed class UnlinkIdentity(IDocumentSession documents, TimeProvider clock) : Endpoint<UnlinkIdentity.Command>
{
    /// <param name="Id">Of the link.</param>
    public sealed record Command(Guid Id);

    /// <inheritdoc/>
    public override void Configure()
    {
        Delete("/api/account/identities/{id}");
        Summary("Unlink an account at the identity provider", 404);
    }

    /// <inheritdoc/>
    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var issuer = await connection.FirstAsync(
            "delete from external_identities where id = $1 and user_id = $2 returning issuer",
            row => row.GetString(0),
            ct,
            command.Id,
            User.Id()
        );
        if (issuer is null)
            throw Failure.NotFound("identity not found").AsException();
        var (origin, now) = (ClientDevice.Of(HttpContext).Origin, clock.GetUtcNow());
        SecurityNotices.Queue(documents, User.Id(), "identity_unlinked", origin.Address, now);
        documents.QueueAudit("identity_unlinked", User.Id(), origin, now, new JsonObject { ["issuer"] = issuer });
        await documents.SaveChangesAsync(ct);
        await transaction.CommitAsync(CancellationToken.None);
        return null;
    }
}
