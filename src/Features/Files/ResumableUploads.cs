using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Chatalot.Shared.Storage;
using Npgsql;

namespace Chatalot.Features.Files;

/// <summary>An upload that may be continued.</summary>
internal sealed record ResumableUpload(
    Guid Id,
    Guid UserId,
    Guid? ChannelId,
    string Name,
    long LengthBytes,
    DateTimeOffset ExpiresAt
);

/// <summary>Uploads that may be continued for a day, and their bytes so far.</summary>
internal sealed class ResumableUploads(NpgsqlDataSource database, Drafts drafts, UploadQuota quota, TimeProvider clock)
{
    /// <summary>How many one user may have open.</summary>
    private const int MostOpen = 20;
    private static readonly TimeSpan Life = TimeSpan.FromDays(1);
    private static readonly Failure NotFound = Failure.NotFound("upload not found");
    private static readonly Failure Expired = new(410, "gone", "the upload has expired");

    /// <summary>Opens an upload; of many at once no more than the bound succeed.</summary>
    /// <exception cref="FailureException">429: too many are open; 400: no room for them beside the user's
    /// files.</exception>
    public async Task<ResumableUpload> CreateAsync(FileLabel label, long length, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var upload = new ResumableUpload(
            Guid.NewGuid(),
            label.UploaderId,
            label.ChannelId,
            label.Name,
            length,
            now + Life
        );
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await connection.ExecuteAsync(
            "select pg_advisory_xact_lock(hashtextextended('resumable-uploads:' || $1::text, 0))",
            ct,
            upload.UserId
        );
        await connection.ExecuteAsync("delete from resumable_uploads where expires_at < $1", ct, now);
        await quota.DecideToOpenAsync(connection, upload.UserId, length, ct);
        var isCreated = await connection.ExecuteAsync(
            """
            insert into resumable_uploads (id, user_id, channel_id, name, length_bytes, expires_at)
            select $1, $2, $3, $4, $5, $6
            where (select count(*) from resumable_uploads where user_id = $2) < $7
            """,
            ct,
            upload.Id,
            upload.UserId,
            upload.ChannelId,
            upload.Name,
            upload.LengthBytes,
            upload.ExpiresAt,
            MostOpen
        );
        if (isCreated == 0)
            throw Failure.RateLimited("too many uploads are open, please finish or delete some", 60).AsException();
        // The row first: bytes without a row are nobody's, at any moment.
        await transaction.CommitAsync(CancellationToken.None);
        try
        {
            await drafts.CreateResumable(upload.Id).DisposeAsync();
        }
        catch
        {
            await EndAsync(upload.Id);
            throw;
        }
        return upload;
    }

    /// <summary>The caller's upload.</summary>
    /// <exception cref="FailureException">404: not the caller's, or ended; 410: expired.</exception>
    public async Task<ResumableUpload> RequireAsync(Guid id, Guid userId, CancellationToken ct)
    {
        var upload = await database.FirstAsync(
            """
            select id, user_id, channel_id, name, length_bytes, expires_at from resumable_uploads
            where id = $1 and user_id = $2
            """,
            row => new ResumableUpload(
                row.GetGuid(0),
                row.GetGuid(1),
                row.GetId(2),
                row.GetString(3),
                row.GetInt64(4),
                row.GetFieldValue<DateTimeOffset>(5)
            ),
            ct,
            id,
            userId
        );
        if (upload is null)
            throw NotFound.AsException();
        if (upload.ExpiresAt > clock.GetUtcNow() && drafts.LengthOfResumable(id) is not null)
            return upload;
        await EndAsync(id);
        throw Expired.AsException();
    }

    /// <summary>Bytes that have come.</summary>
    public long OffsetOf(ResumableUpload upload) => drafts.LengthOfResumable(upload.Id) ?? 0;

    /// <summary>
    /// Removes uploads that have expired, and bytes of uploads that nobody knows. The result is the number of the
    /// latter.
    /// </summary>
    public async Task<int> CleanUpAsync(CancellationToken ct)
    {
        await database.ExecuteAsync("delete from resumable_uploads where expires_at < $1", ct, clock.GetUtcNow());
        // Listed before the rows are read: a row is older than its bytes.
        var listed = drafts.ListResumable();
        if (listed.Count == 0)
            return 0;
        var known = await database.ListAsync(
            "select id from resumable_uploads where id = any($1)",
            row => row.GetGuid(0),
            ct,
            listed.ToArray()
        );
        var unknown = listed.Except(known).ToList();
        foreach (var id in unknown)
            drafts.DeleteResumable(id);
        return unknown.Count;
    }

    /// <summary>Forgets the upload and its bytes, whether it was finished or given up.</summary>
    public async Task EndAsync(Guid id)
    {
        await database.ExecuteAsync("delete from resumable_uploads where id = $1", CancellationToken.None, id);
        drafts.DeleteResumable(id);
    }
}
