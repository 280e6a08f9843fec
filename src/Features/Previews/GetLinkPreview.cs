using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;

namespace Chatalot.Features.Previews;

/// <summary>
/// GET /api/link-preview: title, text and picture of a page on the public internet. Any user. The picture comes through
/// this server, so that no reader shows their address to the page.
/// </summary>
internal sealed class GetLinkPreview(LinkPreviews previews, PictureAddresses pictures)
    : Endpoint<GetLinkPreview.Query, GetLinkPreview.Response>
{
    private const int LongestUrl = 2048;

    public sealed record Query(string Url);

    /// <param name="Url">As it was asked for.</param>
    /// <param name="Title">Null when the page names none.</param>
    /// <param name="Description">Null when the page names none.</param>
    /// <param name="Image">An address at this server.</param>
    /// <param name="SiteName">Null when the page names none.</param>
    public sealed record Response(string Url, string? Title, string? Description, string? Image, string? SiteName);

    public override void Configure()
    {
        Get("/api/link-preview");
        Summary("Title, text and picture of a web page", 429);
    }

    public override async Task<Response> ExecuteAsync(Query query, CancellationToken ct)
    {
        var text = query.Url.Trim();
        if (DisplayText.Length(text) is 0 or > LongestUrl)
            throw Failure.Validation($"URL must be 1-{LongestUrl} characters").AsException();
        if (
            !text.StartsWith("http://", StringComparison.Ordinal)
            && !text.StartsWith("https://", StringComparison.Ordinal)
        )
            throw Failure.Validation("Only http/https URLs are allowed").AsException();
        if (Uri.TryCreate(text, UriKind.Absolute, out var parsed) && PreviewAddress.IsInternal(parsed))
            throw Failure.Validation("Cannot preview internal URLs").AsException();
        var url = PreviewAddress.Read(text) ?? throw Failure.Validation("Could not fetch URL").AsException();

        var page = await previews.FindAsync(url, User.Id(), ct);
        return new Response(
            text,
            page.Title,
            page.Description,
            page.Image is null ? null : await pictures.OfAsync(page.Image, ct),
            page.SiteName
        );
    }
}
