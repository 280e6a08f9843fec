using System.Globalization;
using System.Text.Json;

namespace Chatalot.Features.Previews;

/// <summary>A page of GIFs as HTTP answers it.</summary>
/// <param name="Results">The GIFs.</param>
/// <param name="Next">Position of the next page, to be passed back; null at the end.</param>
internal sealed record GifPage(IReadOnlyList<Gif> Results, string? Next)
{
    /// <summary>No GIFs.</summary>
    public static GifPage Empty { get; } = new([], null);

    /// <summary>Reads the provider's answer; what lacks an id, an address or its size is left out.</summary>
    public static GifPage Read(JsonElement answer, int offset)
    {
        if (Member(answer, "data") is not { ValueKind: JsonValueKind.Array } data)
            return Empty;
        var gifs = data.EnumerateArray().Select(ReadGif).OfType<Gif>().ToList();
        var pagination = Member(answer, "pagination");
        var end = offset + (Number(pagination, "count") ?? data.GetArrayLength());
        var more = data.GetArrayLength() > 0 && end < (Number(pagination, "total_count") ?? 0);
        return new GifPage(gifs, more ? end.ToString(CultureInfo.InvariantCulture) : null);
    }

    private static Gif? ReadGif(JsonElement gif)
    {
        var images = Member(gif, "images");
        var original = Member(images, "original");
        if (
            Text(gif, "id") is not { Length: > 0 } id
            || Text(original, "url") is not { Length: > 0 } url
            || Number(original, "width") is not { } width
            || Number(original, "height") is not { } height
        )
            return null;
        var preview = Text(Member(images, "fixed_width_small"), "url") is { Length: > 0 } small ? small : url;
        return new Gif(id, Text(gif, "title") ?? "", preview, url, width, height);
    }

    private static JsonElement? Member(JsonElement? value, string name) =>
        value is { ValueKind: JsonValueKind.Object } owner && owner.TryGetProperty(name, out var member)
            ? member
            : null;

    private static string? Text(JsonElement? value, string name) =>
        Member(value, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    /// <summary>The provider writes numbers as texts in some places.</summary>
    private static int? Number(JsonElement? value, string name) =>
        Member(value, name) switch
        {
            { ValueKind: JsonValueKind.Number } number when number.TryGetInt32(out var whole) => whole,
            { ValueKind: JsonValueKind.String } text
                when int.TryParse(text.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var whole) =>
                whole,
            _ => null,
        };
}

/// <summary>A GIF.</summary>
/// <param name="Id">At the provider.</param>
/// <param name="Title">May be empty.</param>
/// <param name="PreviewUrl">A small rendition.</param>
/// <param name="Url">The original.</param>
/// <param name="Width">Of the original, in pixels.</param>
/// <param name="Height">Of the original, in pixels.</param>
internal sealed record Gif(string Id, string Title, string PreviewUrl, string Url, int Width, int Height);
