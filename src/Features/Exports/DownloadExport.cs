using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Chatalot.Shared.Storage;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Chatalot.Features.Exports;

/// <summary>
/// GET /api/account/export/{id}: the archive, to its owner, once. It is gone when all of it was sent; a transfer that
/// broke off can be repeated until the archive expires.
/// </summary>
internal sealed class DownloadExport(NpgsqlDataSource database, IBlobStorage storage, TimeProvider clock)
    : Endpoint<DownloadExport.Query, IResult>
{
    private static readonly Failure Gone = Failure.NotFound("export not found");

    /// <param name="Id">Which export.</param>
    public sealed record Query(Guid Id);

    /// <inheritdoc/>
    public override void Configure()
    {
        GetOnce("/api/account/export/{id}");
        Summary("Download the archive of the own data", 404);
    }

    /// <inheritdoc/>
    public override async Task HandleAsync(Query query, CancellationToken ct)
    {
        var isReady = await database.FirstAsync(
            """
            select exists (
                select from personal_exports where id = $1 and user_id = $2 and state = 'ready' and expires_at > $3
            )
            """,
            row => row.GetBoolean(0),
            ct,
            query.Id,
            User.Id(),
            clock.GetUtcNow()
        );
        var key = ExportArchive.KeyOf(query.Id);
        if (!isReady || await storage.FindAsync(key, ct) is not { } blob)
            throw Gone.AsException();
        var response = HttpContext.Response;
        response.ContentType = "application/zip";
        response.ContentLength = blob.Length;
        response.Headers.ContentDisposition = "attachment; filename=\"chatalot-export.zip\"";
        response.Headers.CacheControl = "no-store";
        if (HttpMethods.IsHead(HttpContext.Request.Method))
            return;
        // Of two downloads at once both may end; what nobody can begin any more is deleted after the first that did.
        await blob.SendAsync(response, 0, blob.Length, ct);
        await response.CompleteAsync();
        var ended = await database.ExecuteAsync(
            "update personal_exports set state = 'downloaded', touched_at = $2 where id = $1 and state = 'ready'",
            CancellationToken.None,
            query.Id,
            clock.GetUtcNow()
        );
        if (ended > 0)
            await storage.DeleteAsync(key, CancellationToken.None);
    }
}
