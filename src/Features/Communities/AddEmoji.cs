using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Chatalot.Features.Accounts;
using Chatalot.Features.Frames;
using Chatalot.Features.Pictures;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Media;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Communities;

/// <summary>
/// POST /api/communities/{cid}/emojis: add a custom emoji, at most 50 per community. Admins and above. The form has the
/// picture as <c>file</c> and its <c>shortcode</c>.
/// </summary>
internal sealed partial class AddEmoji(
    CommunityGate communities,
    PictureStore pictures,
    NpgsqlDataSource database,
    SpaceNews news,
    SpacesOptions options,
    TimeProvider clock
) : Endpoint<AddEmoji.Command, EmojiResponse>
{
    private const int EmojisPerCommunity = 50;

    private static readonly Failure TooMany = Failure.Validation($"maximum {EmojisPerCommunity} emojis per community");

    private static readonly PictureRules Rules = new()
    {
        Folder = PictureFolder.Emojis,
        Field = "file",
        MaxBytes = 256 * 1024,
        TooLarge = "emoji too large (max 256KB)",
        Formats = [ImageFormat.Png, ImageFormat.Gif, ImageFormat.Webp],
        InvalidType = "invalid image type (allowed: png, gif, webp)",
        MaxPixels = 1024 * 1024,
        TextFields = ["shortcode"],
    };

    public sealed record Command(Guid Cid);

    public override void Configure()
    {
        Post("/api/communities/{cid}/emojis");
        Summary("Add a custom emoji", 403, 404, 409, 507);
        AllowFileUploads();
    }

    public override async Task<EmojiResponse> ExecuteAsync(Command command, CancellationToken ct)
    {
        await RefuseEarlyAsync(command.Cid, ct);
        await using var form = await pictures.ReadAsync(HttpContext.Request, Rules, ct);
        var shortcode = RequireShortcode(form);
        await using var picture = await pictures.StoreAsync(form, command.Cid, ct);

        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        // Of two who add the fiftieth one waits, and is then refused.
        await Ownership.LockAsync(connection, Ownership.Space.Community, command.Cid, ct);
        await communities.RequireAsync(connection, command.Cid, User.Id(), CommunityAction.ManageEmoji, ct);
        await CheckCountAsync(connection, command.Cid, ct);
        var emoji =
            await InsertAsync(connection, command.Cid, shortcode, picture, ct)
            ?? throw Failure.Conflict("shortcode already in use").AsException();
        await new Act("emoji_added")
        {
            CommunityId = command.Cid,
            Facts = new JsonObject { ["shortcode"] = shortcode },
        }.RecordAsync(connection, HttpContext, emoji.CreatedAt, ct);
        var members = await Audience.OfCommunityAsync(connection, command.Cid, ct);
        await transaction.CommitAsync(CancellationToken.None);

        picture.Keep();
        news.TellPeople(members, new CommunityEmojisUpdatedFrame(command.Cid));
        return emoji;
    }

    /// <summary>
    /// Before the body is read, and with a connection of its own: none is held while a slow client sends.
    /// </summary>
    private async Task RefuseEarlyAsync(Guid communityId, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await communities.RequireAsync(connection, communityId, User.Id(), CommunityAction.ManageEmoji, ct);
        await CheckCountAsync(connection, communityId, ct);
    }

    /// <summary>
    /// The contract's order: the picture is there, the shortcode is there, the type is right, the shortcode is.
    /// </summary>
    private static string RequireShortcode(PictureForm form)
    {
        form.RequirePicture();
        var shortcode = form.Text("shortcode").Trimmed();
        if (shortcode is null)
            throw Failure.Validation("shortcode is required").AsException();
        form.RequireAllowedType();
        return Shortcode().IsMatch(shortcode)
            ? shortcode
            : throw Failure.Validation("shortcode must be 2-32 alphanumeric/underscore characters").AsException();
    }

    private static async Task CheckCountAsync(NpgsqlConnection connection, Guid communityId, CancellationToken ct)
    {
        var count = await connection.FirstAsync(
            "select count(*) from custom_emojis where community_id = $1",
            row => row.GetInt64(0),
            ct,
            communityId
        );
        if (count >= EmojisPerCommunity)
            throw TooMany.AsException();
    }

    /// <summary>Null when the shortcode is taken.</summary>
    private Task<EmojiResponse?> InsertAsync(
        NpgsqlConnection connection,
        Guid communityId,
        string shortcode,
        StoredPicture picture,
        CancellationToken ct
    )
    {
        var now = clock.GetUtcNow();
        var origin = EmojiResponse.Origin(HttpContext.Request, options);
        return connection.FirstAsync(
            $"""
            insert into custom_emojis (id, community_id, shortcode, file_name, content_type, uploaded_by, created_at)
            values ($1, $2, $3, $4, $5, $6, $7)
            on conflict on constraint custom_emojis_shortcode_taken do nothing
            returning {EmojiResponse.Columns}
            """,
            row => EmojiResponse.Read(row, origin),
            ct,
            Guid.CreateVersion7(now),
            communityId,
            shortcode,
            picture.Name,
            picture.MediaType,
            User.Id(),
            now
        );
    }

    [GeneratedRegex(@"^[A-Za-z0-9_]{2,32}\z")]
    private static partial Regex Shortcode();
}
