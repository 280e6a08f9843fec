using Chatalot.Shared.Documents;
using Chatalot.Shared.Security;
using Npgsql;

namespace Chatalot.Features.Auth.TwoFactor;

/// <summary>Stores second factors and checks codes against them: each code once, and only so many wrong ones.</summary>
internal sealed class SecondFactors(SecondFactorKey key, PasswordHasher hasher, TimeProvider clock)
{
    /// <summary>Takes the second factor away, for admins who help somebody who lost theirs.</summary>
    public static void QueueRemove(IDocumentSession documents, Guid userId) =>
        documents.QueueSqlCommand("delete from second_factors where user_id = ?", userId);

    /// <summary>Reads what was typed. Backup codes are hashed here, before any connection is held.</summary>
    public async Task<PresentedCode> ReadAsync(Guid userId, string typed, CancellationToken ct)
    {
        var digits = typed.Trim();
        if (digits.Length == Totp.Digits && digits.All(char.IsAsciiDigit))
            return new(digits, null);
        return BackupCodes.Normalise(typed) is { } code
            ? new(null, await hasher.RunAsync(() => BackupCodes.Hash(key, userId, code), ct))
            : new(null, null);
    }

    /// <summary>A new set of backup codes, and what is stored of it.</summary>
    public async Task<(IReadOnlyList<string> Codes, byte[][] Hashes)> NewBackupCodesAsync(
        Guid userId,
        CancellationToken ct
    )
    {
        var codes = BackupCodes.New();
        return (
            codes,
            await hasher.RunAsync(() => codes.Select(code => BackupCodes.Hash(key, userId, code)).ToArray(), ct)
        );
    }

    /// <summary>The user's second factor, locked until the transaction ends; null when nothing was set up.</summary>
    public async Task<SecondFactor?> LockAsync(NpgsqlConnection connection, Guid userId, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            select secret, enabled_at is not null, last_step, backup_codes
            from second_factors where user_id = $1 for update
            """,
            connection
        );
        command.Parameters.Add(new() { Value = userId });
        await using var row = await command.ExecuteReaderAsync(ct);
        if (!await row.ReadAsync(ct))
            return null;
        var blob = row.GetFieldValue<byte[]>(0);
        return new(
            key.Open(userId, blob),
            row.GetBoolean(1),
            row.GetInt64(2),
            row.GetFieldValue<byte[][]>(3),
            SecondFactorKey.IsFirstFormat(blob)
        );
    }

    /// <summary>
    /// Checks a code in the transaction of the unit of work. A right code is used up and a wrong one counted when the
    /// unit of work is saved, so save it in either case. Guesses at the same time wait for each other.
    /// </summary>
    public async Task<SecondFactorVerdict> CheckAsync(
        IDocumentSession documents,
        FailureLog failures,
        Guid userId,
        string username,
        PresentedCode? presented,
        ClientDevice device,
        CancellationToken ct
    )
    {
        var connection = await documents.OpenConnectionAsync(ct);
        if (await LockAsync(connection, userId, ct) is not { IsEnabled: true } factor)
            return new SecondFactorVerdict.NotEnabled();
        if (presented is null)
            return new SecondFactorVerdict.Missing();
        var attempt = await failures.BeginAsync(documents, Attempt.Login, username, device, ct);
        if (attempt.Locked is { } locked)
            return new SecondFactorVerdict.Refused(locked);
        if (factor.Accept(presented, clock.GetUtcNow()) is not { } used)
        {
            attempt.QueueFailure(documents, username);
            return new SecondFactorVerdict.Refused(null);
        }
        QueueUsed(documents, userId, used);
        return new SecondFactorVerdict.Accepted(presented.BackupHash is not null);
    }

    /// <summary>Seals a new secret that waits for its first code; false when a second factor is on already.</summary>
    public async Task<bool> TrySetUpAsync(NpgsqlConnection connection, Guid userId, byte[] secret, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into second_factors (user_id, secret, created_at)
            select id, $2, $3 from mt_doc_user where id = $1
            on conflict (user_id) do update set secret = $2, created_at = $3, last_step = 0
            where second_factors.enabled_at is null
            """,
            connection
        );
        command.Parameters.Add(new() { Value = userId });
        command.Parameters.Add(new() { Value = key.Seal(userId, secret) });
        command.Parameters.Add(new() { Value = clock.GetUtcNow() });
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    /// <summary>Turns a second factor on that was set up, with its first backup codes. Its row is locked.</summary>
    public void QueueEnable(IDocumentSession documents, Guid userId, byte[][] backupCodes) =>
        documents.QueueSqlCommand(
            "update second_factors set enabled_at = ?, backup_codes = ? where user_id = ?",
            clock.GetUtcNow(),
            backupCodes,
            userId
        );

    /// <summary>Replaces the backup codes. The row is locked.</summary>
    public static void QueueBackupCodes(IDocumentSession documents, Guid userId, byte[][] backupCodes) =>
        documents.QueueSqlCommand("update second_factors set backup_codes = ? where user_id = ?", backupCodes, userId);

    private void QueueUsed(IDocumentSession documents, Guid userId, SecondFactor used)
    {
        documents.QueueSqlCommand(
            "update second_factors set last_step = ?, backup_codes = ? where user_id = ?",
            used.LastStep,
            used.BackupCodes.ToArray(),
            userId
        );
        if (used.IsFirstFormat)
            documents.QueueSqlCommand(
                "update second_factors set secret = ? where user_id = ?",
                key.Seal(userId, used.Secret),
                userId
            );
    }
}
