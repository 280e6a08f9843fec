using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Files;

/// <summary>Ten uploads a minute and user, in all processes together: a fixed window, moved by one statement.</summary>
internal sealed class UploadWindow(NpgsqlDataSource database, TimeProvider clock)
{
    private const int MostUploads = 10;
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(1);

    /// <summary>Counts an upload, failed ones too.</summary>
    /// <exception cref="FailureException">429 when the minute is used up.</exception>
    public async Task TakeTurnAsync(Guid userId, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var began = await database.FirstAsync(
            """
            insert into upload_windows as w (user_id, began_at, uploads) values ($1, $2, 1)
            on conflict (user_id) do update set
                uploads = case when w.began_at <= $3 then 1 else least(w.uploads + 1, $4 + 1) end,
                began_at = case when w.began_at <= $3 then excluded.began_at else w.began_at end
            returning case when uploads > $4 then began_at end
            """,
            row => row.GetTime(0),
            ct,
            userId,
            now,
            now - Length,
            MostUploads
        );
        if (began is { } full)
            throw Failure
                .RateLimited(
                    $"upload rate limit exceeded (max {MostUploads} per minute)",
                    Math.Max(1, (int)Math.Ceiling((full + Length - now).TotalSeconds))
                )
                .AsException();
    }
}
