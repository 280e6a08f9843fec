using System.Security.Cryptography;
using Chatalot.Shared.Documents;

namespace Chatalot.Features.Keys;

/// <summary>Writes users' public keys.</summary>
public static class KeyStorage
{
    /// <summary>Queues the keys of a new user. The keys must have passed <see cref="KeyRules"/>.</summary>
    public static void QueueFirstKeys(IDocumentSession documents, Guid userId, KeyUpload upload, DateTimeOffset now)
    {
        documents.QueueSqlCommand(
            "insert into identity_keys (user_id, identity_key, fingerprint, created_at) values (?, ?, ?, ?)",
            userId,
            upload.IdentityKey,
            Convert.ToHexStringLower(SHA256.HashData(upload.IdentityKey)),
            now
        );
        documents.QueueSqlCommand(
            """
            insert into signed_prekeys (id, user_id, key_id, public_key, signature, created_at)
            values (?, ?, ?, ?, ?, ?)
            """,
            Guid.CreateVersion7(now),
            userId,
            upload.SignedPrekey.KeyId,
            upload.SignedPrekey.PublicKey,
            upload.SignedPrekey.Signature,
            now
        );
        QueueOneTimePrekeys(documents, userId, upload.OneTimePrekeys, now);
    }

    private static void QueueOneTimePrekeys(
        IDocumentSession documents,
        Guid userId,
        IReadOnlyList<OneTimePrekey> prekeys,
        DateTimeOffset now
    )
    {
        if (prekeys.Count == 0)
            return;
        documents.QueueSqlCommand(
            """
            insert into one_time_prekeys (id, user_id, key_id, public_key, created_at)
            select id, ?, key_id, public_key, ?
            from unnest(?::uuid[], ?::int[], ?::bytea[]) as prekey (id, key_id, public_key)
            """,
            userId,
            now,
            prekeys.Select(_ => Guid.CreateVersion7(now)).ToArray(),
            prekeys.Select(prekey => prekey.KeyId).ToArray(),
            prekeys.Select(prekey => prekey.PublicKey).ToArray()
        );
    }
}
