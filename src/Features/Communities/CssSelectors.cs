using System.Text.RegularExpressions;
using AngleSharp.Css.Dom;

namespace Chatalot.Features.Communities;

/// <summary>
/// Which selectors the style of a community may use. They reach what is inside the page's body and cannot look into
/// attributes, which would let a style read what people type.
/// </summary>
internal static partial class CssSelectors
{
    private const string Root = "body";

    private static readonly HashSet<string> PseudoClasses =
    [
        .. """
            active after before checked disabled empty enabled first-child first-letter first-line first-of-type focus
            focus-visible focus-within hover is last-child last-of-type not nth-child nth-last-child nth-last-of-type
            nth-of-type only-child only-of-type placeholder root selection where
            """.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries),
    ];

    /// <summary>The selector, reaching into the body only.</summary>
    public static string Scoped(ISelector selector) => string.Join(", ", Alternatives(selector.Text).Select(ScopedOne));

    private static IEnumerable<string> Alternatives(string text)
    {
        var (start, depth) = (0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            depth +=
                text[i] is '(' ? 1
                : text[i] is ')' ? -1
                : 0;
            if (text[i] != ',' || depth > 0)
                continue;
            yield return text[start..i].Trim();
            start = i + 1;
        }
        yield return text[start..].Trim();
    }

    private static string ScopedOne(string text)
    {
        if (
            !Plain().IsMatch(text)
            || Pseudo().Matches(text).Any(match => !PseudoClasses.Contains(match.Groups[1].Value))
        )
            throw CustomCss.Refuse($"CSS selector not allowed: {text}");
        return OfThePage().Replace(text, Root) is var inner && inner.StartsWith(Root, StringComparison.Ordinal)
            ? inner
            : $"{Root} {inner}";
    }

    [GeneratedRegex(@"^[A-Za-z0-9_\-.#:>+~*,() ]+\z")]
    private static partial Regex Plain();

    [GeneratedRegex(@"::?([A-Za-z-]+)")]
    private static partial Regex Pseudo();

    /// <summary>The page itself, alone or as the first step.</summary>
    [GeneratedRegex(@"^(html|:root|body)(?=[ >]|\z)")]
    private static partial Regex OfThePage();
}
