using System.Text.Json.Nodes;
using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Features.Auth;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.ExternalLogins;

/// <summary>A linked account at the identity provider.</summary>
/// <param name="Id">For <c>DELETE /api/account/identities/{id}</c>.</param>
/// <param name="Issuer">The provider.</param>
/// <param name="Email">To recognise it, or null.</param>
/// <param name="LinkedAt">When.</param>
internal sealed record LinkedIdentityResponse(Guid Id, string Issuer, string? Email, DateTimeOffset LinkedAt);

/// <summary>
/// POST /api/account/identities: link the caller's account with who came back from the identity provider.
/// </summary>
internal sealed class LinkIdentity(IDocumentSession documents, ExternalFlows flows, TimeProvider clock)
    : Endpoint<LinkIdentity.Command, LinkedIdentityResponse>
{
    private static readonly Failure Taken = Failure.Conflict("this identity is linked already");

    /// <param name="Flow">As told at the start.</param>
    /// <param name="Handoff">As told at the start.</param>
    public sealed record Command(string Flow, string Handoff);

    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/account/identities");
        Summary("Link the account with one at the identity provider", 409);
    }

    /// <inheritdoc/>
    public override async Task<LinkedIdentityResponse> ExecuteAsync(Command command, CancellationToken ct)
    {
        var (userId, now) = (User.Id(), clock.GetUtcNow());
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var identity =
            await flows.EndAsync(connection, command.Flow, command.Handoff, userId, ct)
            ?? throw ExternalFlows.Unknown.AsException();
        var linked = new LinkedIdentityResponse(Guid.CreateVersion7(now), identity.Issuer, identity.Email, now);
        if (await InsertAsync(connection, linked, userId, identity, ct) == 0)
            throw Taken.AsException();
        var origin = ClientDevice.Of(HttpContext).Origin;
        SecurityNotices.Queue(documents, userId, "identity_linked", origin.Address, now);
        documents.QueueAudit(
            "identity_linked",
            userId,
            origin,
            now,
            new JsonObject { ["issuer"] = identity.Issuer, ["subject"] = identity.Subject }
        );
        await documents.SaveChangesAsync(ct);
        await transaction.CommitAsync(CancellationToken.None);
        return linked;
    }

    private static Task<int> InsertAsync(
        NpgsqlConnection connection,
        LinkedIdentityResponse linked,
        Guid userId,
        ExternalIdentity identity,
        CancellationToken ct
    ) =>
        connection.ExecuteAsync(
            """
            insert into external_identities (id, user_id, issuer, subject, email, linked_at)
            values ($1, $2, $3, $4, $5, $6) on conflict do nothing
            """,
            ct,
            linked.Id,
            userId,
            identity.Issuer,
            identity.Subject,
            identity.Email,
            linked.LinkedAt
        );
}
