using System.Text;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace Chatalot.Features.Previews;

/// <summary>What a page says about itself.</summary>
/// <param name="Title">At most 200 characters.</param>
/// <param name="Description">At most 500 characters.</param>
/// <param name="Image">Address of a picture, http or https.</param>
/// <param name="SiteName">At most 100 characters.</param>
internal sealed record PageSummary(string? Title, string? Description, Uri? Image, string? SiteName)
{
    /// <summary>Nothing is known.</summary>
    public static PageSummary Empty { get; } = new(null, null, null, null);
}

/// <summary>Reads a page's own summary: Open Graph first, then the plain elements.</summary>
internal static class PageReader
{
    private const int LongestTitle = 200;
    private const int LongestDescription = 500;
    private const int LongestImage = 2048;
    private const int LongestSiteName = 100;

    public static PageSummary Read(byte[] html, Uri url)
    {
        var page = new HtmlParser().ParseDocument(Encoding.UTF8.GetString(html));
        return new PageSummary(
            Cut(Property(page, "og:title") ?? Text(page.QuerySelector("title")?.TextContent), LongestTitle),
            Cut(Property(page, "og:description") ?? Meta(page, "meta[name='description' i]"), LongestDescription),
            Image(Property(page, "og:image"), url),
            Cut(Property(page, "og:site_name"), LongestSiteName)
        );
    }

    private static string? Property(IHtmlDocument page, string name) =>
        Meta(page, $"meta[property='{name}' i], meta[name='{name}' i]");

    private static string? Meta(IHtmlDocument page, string selector) =>
        Text(page.QuerySelector(selector)?.GetAttribute("content"));

    private static string? Text(string? text)
    {
        var clean = text?.Replace("\0", "", StringComparison.Ordinal).Trim();
        return string.IsNullOrEmpty(clean) ? null : clean;
    }

    private static Uri? Image(string? address, Uri page) =>
        address is { Length: <= LongestImage }
        && Uri.TryCreate(page, address, out var image)
        && PreviewAddress.Read(image.AbsoluteUri) is { } url
        && !PreviewAddress.IsInternal(url)
            ? url
            : null;

    private static string? Cut(string? text, int longest)
    {
        if (text is null)
            return null;
        var kept = new StringBuilder();
        var count = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (count++ == longest)
                return kept.Append("...").ToString();
            kept.Append(rune);
        }
        return kept.ToString();
    }
}
