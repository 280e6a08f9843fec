using System.Text.Json.Nodes;
using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Postgres;

namespace Chatalot.Features.Keys;

/// <summary>
/// POST /api/keys/register: replace all own keys; web clients do so after every login, because logging out forgets the
/// private halves. All or nothing. Another identity key is audited with both fingerprints and told to the user's
/// sockets.
/// </summary>
internal sealed class RegisterKeys(IDocumentStore store, TimeProvider clock) : Endpoint<KeyUpload>
{
    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/keys/register");
        Summary("Replace all own keys");
    }

    /// <inheritdoc/>
    public override async Task<object?> ExecuteAsync(KeyUpload upload, CancellationToken ct)
    {
        if (KeyRules.CheckReplacement(upload) is { } refusal)
            throw refusal.AsException();
        var now = clock.GetUtcNow();
        await using var documents = store.LightweightSession();
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var previous = await connection.FirstAsync(
            "select fingerprint from identity_keys where user_id = $1 for no key update",
            row => row.GetString(0),
            ct,
            User.Id()
        );
        var fingerprint = KeyStorage.Fingerprint(upload.IdentityKey);
        KeyStorage.QueueIdentity(documents, User.Id(), upload.IdentityKey, now);
        KeyStorage.QueueSignedPrekey(documents, User.Id(), upload.SignedPrekey, now);
        // Prekeys of another identity would start conversations that nobody can read.
        if (upload.OneTimePrekeys.Count > 0 || previous != fingerprint)
            KeyStorage.QueueReplacement(documents, User.Id(), upload.OneTimePrekeys, now);
        if (previous is not null && previous != fingerprint)
        {
            documents.QueueAudit(
                "identity_key_changed",
                User.Id(),
                AuditOrigin.Of(HttpContext),
                now,
                new JsonObject { ["previous_fingerprint"] = previous, ["fingerprint"] = fingerprint }
            );
            await KeyNotices.QueueChangedAsync(connection, User.Id(), fingerprint, ct);
        }
        await documents.SaveChangesAsync(ct);
        await transaction.CommitAsync(CancellationToken.None);
        return null;
    }
}
