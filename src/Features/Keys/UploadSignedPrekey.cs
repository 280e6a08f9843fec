using Chatalot.Features.Accounts;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;

namespace Chatalot.Features.Keys;

/// <summary>
/// POST /api/keys/prekeys/signed: a new signed prekey, signed by the caller's identity key. It replaces the old one.
/// </summary>
internal sealed class UploadSignedPrekey(IDocumentStore store, TimeProvider clock) : Endpoint<SignedPrekey>
{
    private static readonly Failure NoIdentity = Failure.Validation(
        "must register identity key before uploading signed prekey"
    );

    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/keys/prekeys/signed");
        Summary("Upload a signed prekey");
    }

    /// <inheritdoc/>
    public override async Task<object?> ExecuteAsync(SignedPrekey prekey, CancellationToken ct)
    {
        Refuse(KeyRules.CheckLengths(prekey));
        await using var documents = store.LightweightSession();
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        // Locked, so that the identity cannot change between the check of the signature and the commit.
        var identityKey = await connection.FirstAsync(
            "select identity_key from identity_keys where user_id = $1 for no key update",
            row => row.GetFieldValue<byte[]>(0),
            ct,
            User.Id()
        );
        Refuse(identityKey is null ? NoIdentity : KeyRules.CheckSignature(prekey, identityKey));
        KeyStorage.QueueSignedPrekey(documents, User.Id(), prekey, clock.GetUtcNow());
        await documents.SaveChangesAsync(ct);
        await transaction.CommitAsync(CancellationToken.None);
        return null;
    }

    private static void Refuse(Failure? failure)
    {
        if (failure is not null)
            throw failure.AsException();
    }
}
