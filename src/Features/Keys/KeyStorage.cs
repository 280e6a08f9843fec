using System.Security.Cryptography;
using Chatalot.Shared.Documents;

namespace Chatalot.Features.Keys;

/// <summary>Writes users' public keys. The keys must have passed <see cref="KeyRules"/>.</summary>
public static class KeyStorage
{
    /// <summary>Queues the keys of a new user.</summary>
    public static void QueueFirstKeys(IDocumentSession documents, Guid userId, KeyUpload upload, DateTimeOffset now)
    {
        QueueIdentity(documents, userId, upload.IdentityKey, now);
        QueueSignedPrekey(documents, userId, upload.SignedPrekey, now);
        QueueOneTimePrekeys(documents, userId, upload.OneTimePrekeys, now);
    }

    /// <summary>What people compare: lower-case hex SHA-256 of the identity key.</summary>
    internal static string Fingerprint(byte[] identityKey) => Convert.ToHexStringLower(SHA256.HashData(identityKey));

    /// <summary>Queues the user's identity key, in place of another one if there is one.</summary>
    internal static void QueueIdentity(
        IDocumentSession documents,
        Guid userId,
        byte[] identityKey,
        DateTimeOffset now
    ) =>
        documents.QueueSqlCommand(
            """
            insert into identity_keys (user_id, identity_key, fingerprint, created_at) values (?, ?, ?, ?)
            on conflict (user_id) do update
                set identity_key = excluded.identity_key, fingerprint = excluded.fingerprint,
                    rotated_at = excluded.created_at, low_told_at = null
            """,
            userId,
            identityKey,
            Fingerprint(identityKey),
            now
        );

    /// <summary>Queues the one signed prekey that is handed out from now on; older ones have no use.</summary>
    internal static void QueueSignedPrekey(
        IDocumentSession documents,
        Guid userId,
        SignedPrekey prekey,
        DateTimeOffset now
    )
    {
        documents.QueueSqlCommand("delete from signed_prekeys where user_id = ? and key_id <> ?", userId, prekey.KeyId);
        documents.QueueSqlCommand(
            """
            insert into signed_prekeys (id, user_id, key_id, public_key, signature, created_at)
            values (?, ?, ?, ?, ?, ?)
            on conflict (user_id, key_id) do update
                set public_key = excluded.public_key, signature = excluded.signature, created_at = excluded.created_at
            """,
            Guid.CreateVersion7(now),
            userId,
            prekey.KeyId,
            prekey.PublicKey,
            prekey.Signature,
            now
        );
    }

    /// <summary>Queues these one-time prekeys in place of all that are stored, handed out ones too.</summary>
    internal static void QueueReplacement(
        IDocumentSession documents,
        Guid userId,
        IReadOnlyList<OneTimePrekey> prekeys,
        DateTimeOffset now
    )
    {
        documents.QueueSqlCommand("delete from one_time_prekeys where user_id = ?", userId);
        QueueOneTimePrekeys(documents, userId, prekeys, now);
    }

    /// <summary>
    /// Queues one-time prekeys beside those that are stored. Another key under a known number takes its place and waits
    /// to be handed out, for the client has overwritten the old private half; the same key stays as it is, handed out
    /// or not.
    /// </summary>
    internal static void QueueOneTimePrekeys(
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
            on conflict (user_id, key_id) do update
                set id = excluded.id, public_key = excluded.public_key, created_at = excluded.created_at,
                    used_at = null, claimed_by = null
                where one_time_prekeys.public_key <> excluded.public_key
            """,
            userId,
            now,
            prekeys.Select(_ => Guid.CreateVersion7(now)).ToArray(),
            prekeys.Select(prekey => prekey.KeyId).ToArray(),
            prekeys.Select(prekey => prekey.PublicKey).ToArray()
        );
    }
}
