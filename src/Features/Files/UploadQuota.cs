using System.Globalization;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Files;

/// <summary>
/// What one user may keep. Used is the sum of the user's rows, so every way in which files go gives room back. The
/// decision falls with the row, one upload of a user after the other; asking before only spares the transfer.
/// </summary>
internal sealed class UploadQuota(NpgsqlDataSource database, FilesOptions options)
{
    /// <summary>Refuses what cannot fit by what is known before the bytes have come.</summary>
    /// <exception cref="FailureException">400.</exception>
    public async Task CheckAsync(Guid userId, long bytes, CancellationToken ct)
    {
        if (options.QuotaBytes is null)
            return;
        await using var connection = await database.OpenConnectionAsync(ct);
        Require(await UsedAsync(connection, userId, ct), bytes);
    }

    /// <summary>Decides in the transaction that inserts the row; holds the user's turn until its end.</summary>
    /// <exception cref="FailureException">400.</exception>
    public async Task DecideAsync(NpgsqlConnection connection, Guid userId, long bytes, CancellationToken ct)
    {
        if (options.QuotaBytes is null)
            return;
        await connection.ExecuteAsync(
            "select pg_advisory_xact_lock(hashtextextended('upload-quota:' || $1::text, 0))",
            ct,
            userId
        );
        Require(await UsedAsync(connection, userId, ct), bytes);
    }

    /// <summary>
    /// Decides in the transaction that opens a resumable upload: those that are open take up room on the disk like
    /// files.
    /// </summary>
    /// <exception cref="FailureException">400.</exception>
    public async Task DecideToOpenAsync(NpgsqlConnection connection, Guid userId, long bytes, CancellationToken ct)
    {
        if (options.QuotaBytes is null)
            return;
        var open = await connection.FirstAsync(
            "select coalesce(sum(length_bytes), 0)::bigint from resumable_uploads where user_id = $1",
            row => row.GetInt64(0),
            ct,
            userId
        );
        Require(await UsedAsync(connection, userId, ct) + open, bytes);
    }

    /// <summary>Bytes of the user's files as they are kept.</summary>
    public static async Task<long> UsedAsync(NpgsqlConnection connection, Guid userId, CancellationToken ct) =>
        await connection.FirstAsync(
            "select coalesce(sum(size_bytes), 0)::bigint from files where uploader_id = $1",
            row => row.GetInt64(0),
            ct,
            userId
        );

    private void Require(long used, long bytes)
    {
        var limit = options.QuotaBytes!.Value;
        if (bytes <= limit - used)
            return;
        var remaining = Math.Max(0, limit - used) / (double)FilesOptions.MiB;
        throw Failure
            .Validation(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"upload quota exceeded ({limit / FilesOptions.MiB} MB limit, {remaining:0.0} MB remaining)"
                )
            )
            .AsException();
    }
}
