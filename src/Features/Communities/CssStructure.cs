using System.Text;

namespace Chatalot.Features.Communities;

/// <summary>
/// The outline of a style sheet, read before it is parsed, so that nothing that the parser passes over in silence is
/// accepted in silence. Strings and brackets are respected; escapes, which can spell any word, are refused.
/// </summary>
internal static class CssStructure
{
    /// <summary>A rule's selector and its declarations; without a selector, declarations alone.</summary>
    public sealed record Block(string? Selector, string Declarations);

    /// <summary>The text without comments.</summary>
    public static string WithoutComments(string css)
    {
        var text = new StringBuilder(css.Length);
        var quote = '\0';
        for (var i = 0; i < css.Length; i++)
        {
            var c = css[i];
            if (c is '\\' or '<' || (char.IsControl(c) && (quote != 0 || c is not ('\n' or '\r' or '\t'))))
                throw CustomCss.Refuse(
                    $"CSS contains blocked pattern: {(char.IsControl(c) ? "control character" : c)}"
                );
            if (quote == 0 && c == '/' && i + 1 < css.Length && css[i + 1] == '*')
            {
                var end = css.IndexOf("*/", i + 2, StringComparison.Ordinal);
                if (end < 0)
                    throw CustomCss.Unreadable();
                i = end + 1;
                text.Append(' ');
                continue;
            }
            if (c is '"' or '\'' && (quote == 0 || quote == c))
                quote = quote == 0 ? c : '\0';
            text.Append(c);
        }
        return quote == 0 ? text.ToString() : throw CustomCss.Unreadable();
    }

    /// <summary>The first at-rule with its sign, or null.</summary>
    public static string? FirstAtRule(string text)
    {
        foreach (var (index, c) in OutsideStrings(text))
        {
            if (c == '@')
                return "@"
                    + string.Concat(text.Skip(index + 1).TakeWhile(next => char.IsLetter(next) || next == '-'))
                        .ToLowerInvariant();
        }
        return null;
    }

    /// <summary>The rules, none inside another.</summary>
    public static IReadOnlyList<Block> Blocks(string text)
    {
        var blocks = new List<Block>();
        var (start, open) = (0, -1);
        foreach (var (index, c) in OutsideStrings(text))
        {
            switch (c)
            {
                case '{' when open < 0:
                    open = index;
                    break;
                case '}' when open >= 0:
                    blocks.Add(new Block(text[start..open].Trim(), text[(open + 1)..index]));
                    (start, open) = (index + 1, -1);
                    break;
                case '{' or '}':
                    throw CustomCss.Unreadable();
            }
        }
        var rest = text[start..];
        if (
            open >= 0
            || (blocks.Count > 0 && rest.Trim().Length > 0)
            || blocks.Any(block => block.Selector!.Contains(';'))
        )
            throw CustomCss.Unreadable();
        return blocks.Count > 0 ? blocks : [new Block(Selector: null, rest)];
    }

    /// <summary>The declarations, empty ones left out.</summary>
    public static IEnumerable<string> Pieces(string declarations)
    {
        var pieces = new List<string>();
        var (start, depth) = (0, 0);
        foreach (var (index, c) in OutsideStrings(declarations))
        {
            depth +=
                c is '(' or '[' ? 1
                : c is ')' or ']' ? -1
                : 0;
            if (depth < 0)
                throw CustomCss.Unreadable();
            if (c != ';' || depth > 0)
                continue;
            pieces.Add(declarations[start..index]);
            start = index + 1;
        }
        if (depth != 0)
            throw CustomCss.Unreadable();
        pieces.Add(declarations[start..]);
        return pieces.Select(piece => piece.Trim()).Where(piece => piece.Length > 0);
    }

    /// <summary>The characters that stand in no string.</summary>
    public static IEnumerable<(int Index, char Character)> OutsideStrings(string text)
    {
        var quote = '\0';
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is '"' or '\'' && (quote == 0 || quote == text[i]))
                quote = quote == 0 ? text[i] : '\0';
            else if (quote == 0)
                yield return (i, text[i]);
        }
    }
}
