using System.Text.Json.Nodes;
using Chatalot.Features.Accounts;
using Chatalot.Features.Auth;
using Chatalot.Features.Auth.TwoFactor;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Microsoft.Extensions.Logging;

namespace Chatalot.Features.ExternalLogins;

/// <summary>
/// POST /api/auth/oidc/complete: a session for who came back from the identity provider and has linked their account.
/// No account is made or found by email: a link is made by its owner, who is logged in, or not at all.
/// </summary>
internal sealed class CompleteExternalLogin(
    IDocumentStore store,
    ExternalFlows flows,
    SecondFactors factors,
    FailureLog failures,
    SignIn signIn,
    ILogger<CompleteExternalLogin> logger
) : Endpoint<CompleteExternalLogin.Command, SignedInResponse>
{
    private const string Linked =
        "where id = (select user_id from external_identities where issuer = ? and subject = ?)";

    private static readonly Failure NotLinked = Failure.NotFound(
        "no account is linked with this identity; log in with your password and link it in the settings"
    );

    /// <param name="Flow">As told at the start.</param>
    /// <param name="Handoff">As told at the start.</param>
    /// <param name="TotpCode">For who has a second factor here.</param>
    public sealed record Command(string Flow, string Handoff, string? TotpCode);

    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/auth/oidc/complete");
        AllowAnonymous();
        Summary("Sign in by the identity provider", 401, 404);
    }

    /// <inheritdoc/>
    public override async Task<SignedInResponse> ExecuteAsync(Command command, CancellationToken ct)
    {
        var device = ClientDevice.Of(HttpContext);
        var waiting =
            await flows.FindAsync(command.Flow, command.Handoff, ct) ?? throw ExternalFlows.Unknown.AsException();
        var linked = await FindAsync(waiting, ct) ?? throw NotLinked.AsException();
        if (await failures.CheckAsync(Attempt.Login, linked.Username, device, ct) is { } locked)
            throw locked.AsException();
        var code = command.TotpCode is { } typed ? await factors.ReadAsync(linked.Id, typed, ct) : null;

        await using var documents = store.LightweightSession();
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var identity =
            await flows.EndAsync(connection, command.Flow, command.Handoff, userId: null, ct)
            ?? throw ExternalFlows.Unknown.AsException();
        var found = await documents.QueryAsync<User>(
            $"{Linked} for no key update",
            ct,
            identity.Issuer,
            identity.Subject
        );
        var user = found.SingleOrDefault(one => one.Id == linked.Id) ?? throw NotLinked.AsException();
        var metadata = new JsonObject { ["by"] = identity.Issuer };
        return await signIn.CompleteAsync(documents, transaction.CommitAsync, user, code, metadata, device, logger, ct);
    }

    /// <summary>In a session of its own: no connection is held while a backup code is hashed.</summary>
    private async Task<User?> FindAsync(ExternalIdentity identity, CancellationToken ct)
    {
        await using var documents = store.QuerySession();
        var found = await documents.QueryAsync<User>(Linked, ct, identity.Issuer, identity.Subject);
        return found.SingleOrDefault();
    }
}
