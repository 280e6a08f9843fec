using System.Text;
using Chatalot.Features.Messages;
using Chatalot.Shared.Postgres;

namespace Chatalot.Features.Search;

/// <summary>
/// What is searched for. A text matches where it stands in a message, ignoring case; several plain words also match in
/// any order, and in quotes in this order.
/// </summary>
internal sealed record SearchTerms
{
    private const int Shortest = 2;
    private const int Longest = 256;
    private const int ExcerptBefore = 60;
    private const int ExcerptLength = 240;

    /// <summary>Fewer letters or digits in a row find nothing in an index of three-letter parts.</summary>
    private const int ShortestIndexedPart = 3;

    private readonly string text;
    private readonly string[] words;

    private SearchTerms(string text)
    {
        this.text = text;
        words = text.Split([' ', '"'], StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>The terms, or null when they are too short or too long.</summary>
    public static SearchTerms? Read(string text)
    {
        var length = text.EnumerateRunes().Count();
        return length is >= Shortest and <= Longest ? new(text) : null;
    }

    /// <summary>The text as a pattern of <c>ilike</c>.</summary>
    public string Pattern => LikePattern.Containing(text);

    /// <summary>
    /// For PostgreSQL's <c>websearch_to_tsquery</c>, which takes the word "or" for a choice: people mean the word.
    /// </summary>
    public string Query =>
        text.Contains('"') ? text : string.Join(' ', words.Select(word => IsOr(word) ? $"\"{word}\"" : word));

    /// <summary>Several plain words: order does not matter. Other signs are looked for as they are written.</summary>
    public bool IsWords =>
        words.Length > 1 && text.All(c => char.IsLetterOrDigit(c) || c is ' ' or '"' || char.IsSurrogate(c));

    /// <summary>Whether the index of parts can find the text.</summary>
    public bool IsIndexed
    {
        get
        {
            var run = 0;
            foreach (var rune in text.EnumerateRunes())
            {
                run = Rune.IsLetterOrDigit(rune) ? run + 1 : 0;
                if (run == ShortestIndexedPart)
                    return true;
            }
            return false;
        }
    }

    /// <summary>The part of the message around the first match, and where in it the matches are.</summary>
    public Highlight? In(string body)
    {
        var first = FindNext(body, 0);
        if (first is null)
            return null;
        var start = Math.Max(0, first.Value.Start - ExcerptBefore);
        if (start > 0 && char.IsLowSurrogate(body[start]))
            start--;
        var end = Math.Min(body.Length, start + ExcerptLength);
        if (end < body.Length && char.IsLowSurrogate(body[end]))
            end--;
        var excerpt = body[start..end];
        var ranges = new List<int[]>();
        for (var at = FindNext(excerpt, 0); at is { } match; at = FindNext(excerpt, match.Start + match.Length))
            ranges.Add([match.Start, match.Length]);
        return new Highlight(excerpt, ranges);
    }

    private static bool IsOr(string word) => word.Equals("or", StringComparison.OrdinalIgnoreCase);

    private (int Start, int Length)? FindNext(string body, int from)
    {
        (int Start, int Length)? best = null;
        foreach (var term in IsWords ? words.Append(text) : [text])
        {
            var at = body.IndexOf(term, from, StringComparison.OrdinalIgnoreCase);
            if (
                at >= 0
                && (
                    best is null || at < best.Value.Start || (at == best.Value.Start && term.Length > best.Value.Length)
                )
            )
                best = (at, term.Length);
        }
        return best;
    }
}
