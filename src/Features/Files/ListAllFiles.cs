using System.Globalization;
using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Files;

/// <summary>GET /api/admin/files: all files with filters, newest or largest first. Operators only.</summary>
internal sealed class ListAllFiles(NpgsqlDataSource database) : Endpoint<ListAllFiles.Query, ListAllFiles.Response>
{
    /// <summary>Which files.</summary>
    /// <param name="Page">From 1.</param>
    /// <param name="PerPage">1 to 100, default 50.</param>
    /// <param name="UserId">Of this uploader only.</param>
    /// <param name="Sort"><c>size</c>: the largest first; else the newest.</param>
    /// <param name="Search">Part of the name, in any case.</param>
    /// <param name="ContentType">Beginning of the type, such as <c>image/</c>.</param>
    /// <param name="DateFrom">Not before this time; what is no time is ignored.</param>
    /// <param name="DateTo">Not after this time; what is no time is ignored.</param>
    /// <param name="Quarantined">Only those that are in quarantine, or only those that are not.</param>
    public sealed record Query(
        int? Page,
        int? PerPage,
        Guid? UserId,
        string? Sort,
        string? Search,
        string? ContentType,
        string? DateFrom,
        string? DateTo,
        bool? Quarantined
    );

    /// <summary>A page.</summary>
    /// <param name="Files">The files.</param>
    /// <param name="Total">How many fit the filters.</param>
    /// <param name="Page">Its number.</param>
    /// <param name="PerPage">Its size.</param>
    public sealed record Response(IReadOnlyList<Entry> Files, long Total, int Page, int PerPage);

    /// <summary>One file.</summary>
    /// <param name="Id">Its id.</param>
    /// <param name="UploaderId">Whose it is; the zero id when the account is gone.</param>
    /// <param name="EncryptedName">The name to show, in clear.</param>
    /// <param name="SizeBytes">Size as kept, in bytes.</param>
    /// <param name="ContentType">Its type, or null.</param>
    /// <param name="Checksum">SHA-256 of the bytes as sent.</param>
    /// <param name="ChannelId">Its channel, or null.</param>
    /// <param name="QuarantinedAt">Since when it is in quarantine, or null.</param>
    /// <param name="QuarantinedBy">Who put it there, or null.</param>
    /// <param name="CreatedAt">When it was stored.</param>
    /// <param name="HasThumbnail">Whether there is a small picture of it.</param>
    public sealed record Entry(
        Guid Id,
        Guid UploaderId,
        string EncryptedName,
        long SizeBytes,
        string? ContentType,
        string Checksum,
        Guid? ChannelId,
        DateTimeOffset? QuarantinedAt,
        Guid? QuarantinedBy,
        DateTimeOffset CreatedAt,
        bool HasThumbnail
    );

    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/admin/files");
        Policies(InstancePolicy.Operator);
        Summary("Browse all files", 403);
    }

    /// <inheritdoc/>
    public override async Task<Response> ExecuteAsync(Query query, CancellationToken ct)
    {
        var page = NumberedPage.Of(query.Page, query.PerPage);
        var asked = new Conditions()
            .And("f.uploader_id = ?", query.UserId)
            .And("f.name ilike ?", query.Search is { Length: > 0 } part ? LikePattern.Containing(part) : null)
            .And(
                "f.content_type like ?",
                query.ContentType is { Length: > 0 } type ? LikePattern.StartingWith(type) : null
            )
            .And("f.created_at >= ?", Time(query.DateFrom))
            .And("f.created_at <= ?", Time(query.DateTo))
            .And(query.Quarantined is { } hidden ? $"f.quarantined_at is {(hidden ? "not null" : "null")}" : null);
        await using var connection = await database.OpenConnectionAsync(ct);
        var total = await connection.FirstAsync(
            $"select count(*) from files f {asked.Where}",
            row => row.GetInt64(0),
            ct,
            asked.Values
        );
        var files = await connection.ListAsync(
            $"""
            select {StoredFile.Columns} from files f {asked.Where}
            order by {Order(query)} desc, f.id desc {asked.Limit}
            """,
            row => EntryOf(StoredFile.Read(row)),
            ct,
            [.. asked.Values, page.PerPage, page.Offset]
        );
        return new Response(files, total, page.Page, page.PerPage);
    }

    /// <summary>One person's files in an order that no index of all files has: the others' may all come first.</summary>
    private static string Order(Query query) =>
        (query.Sort == "size", query.UserId) switch
        {
            (true, null) => "f.size_bytes",
            (true, _) => "f.size_bytes + 0",
            (false, null) => "f.created_at",
            (false, _) => "f.created_at at time zone 'UTC'",
        };

    private static Entry EntryOf(StoredFile file) =>
        new(
            file.Id,
            file.UploaderId ?? Guid.Empty,
            file.Name,
            file.SizeBytes,
            file.ContentType,
            file.Checksum,
            file.ChannelId,
            file.QuarantinedAt,
            file.QuarantinedBy,
            file.CreatedAt,
            Thumbnails.Has(file)
        );

    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var time
        )
            ? time
            : null;
}
