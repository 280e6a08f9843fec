using System.Text.RegularExpressions;

namespace Chatalot.Shared.Documents;

/// <summary>
/// Turns the placeholders <c>?</c> of a statement into PostgreSQL's <c>$1</c>, <c>$2</c>, ... Left alone are literals,
/// quoted identifiers, comments, and PostgreSQL's operators <c>?|</c>, <c>?&amp;</c>, <c>@?</c> and <c>?</c>. The last
/// is recognised by the literal, parenthesis or placeholder that follows it (two operands never stand side by side);
/// anywhere else it is written <c>??</c>.
/// </summary>
internal static partial class SqlPlaceholders
{
    /// <param name="sql">The statement with placeholders.</param>
    /// <param name="expected">How many values there are.</param>
    /// <exception cref="ArgumentException">The statement has another number of placeholders.</exception>
    public static string ToPositional(string sql, int expected)
    {
        var count = 0;
        var rewritten = Token().Replace(sql, t => t.Groups["placeholder"].Success ? $"${++count}" : Unescaped(t.Value));
        return count == expected
            ? rewritten
            : throw new ArgumentException($"The statement has {count} placeholders for {expected} values: {sql}");
    }

    private static string Unescaped(string token) => token == "??" ? "?" : token;

    [GeneratedRegex(
        """
              (?<!\w)[eE]'(\\.|''|[^'\\])*'       # literal with backslash escapes
            | '[^']*'                             # literal; a doubled quote in it starts the next one
            | "[^"]*"                             # identifier
            | --[^\n]*                            # comment
            | /\*((?<open>/\*)|(?<-open>\*/)|(?!/\*|\*/).)*(?(open)(?!))\*/   # comment, nested ones inside
            | (?<![\w$])(?<tag>\$([A-Za-z_]\w*)?\$).*?\k<tag>                 # dollar-quoted literal
            | \?\? | @\? | \?& | \?\|(?!\|) | \?(?=\s*['(?])                  # escape and operators
            | (?<placeholder>\?)
            """,
        RegexOptions.Singleline | RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant
    )]
    private static partial Regex Token();
}
