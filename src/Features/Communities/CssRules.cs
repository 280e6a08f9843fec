using System.Text.RegularExpressions;
using Chatalot.Shared.Errors;

namespace Chatalot.Features.Communities;

/// <summary>Which properties and values the style of a community may use, as data.</summary>
internal static partial class CssRules
{
    private static readonly HashSet<string> Properties =
    [
        .. """
            color background background-color opacity
            border border-color border-radius border-width border-style outline
            margin padding gap
            font-family font-size font-weight letter-spacing line-height text-decoration text-transform
            box-shadow text-shadow
            """.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries),
    ];

    /// <summary>Functions that compute; none that loads.</summary>
    private static readonly HashSet<string> Functions =
    [
        .. """
            rgb rgba hsl hsla hwb lab lch oklab oklch color-mix var calc min max clamp
            linear-gradient radial-gradient conic-gradient repeating-linear-gradient repeating-radial-gradient
            repeating-conic-gradient cubic-bezier
            """.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries),
    ];

    /// <summary>Properties that could cover or fake the client's own surface; clients know these words.</summary>
    private static readonly Dictionary<string, string> BlockedProperties = new()
    {
        ["behavior"] = "behavior:",
        ["-moz-binding"] = "-moz-binding",
        ["z-index"] = "z-index",
        ["cursor"] = "cursor:",
        ["pointer-events"] = "pointer-events",
    };

    private static readonly string[] BlockedAtRules = ["@import", "@font-face", "@keyframes"];

    /// <summary>Why an at-rule is refused.</summary>
    public static string RefusalOfAtRule(string atRule) =>
        BlockedAtRules.Contains(atRule)
            ? $"CSS contains blocked pattern: {atRule}"
            : $"CSS at-rule not allowed: {atRule}";

    /// <summary>Refuses a declaration that is not allowed.</summary>
    public static void Check(string declaration)
    {
        if (Declaration().Match(declaration) is not { Success: true } match)
            throw CustomCss.Refuse($"CSS could not be understood: {declaration}");
        var name = match.Groups["name"].Value;
        var value = match.Groups["value"].Value;
        var isVariable = name.StartsWith("--", StringComparison.Ordinal);
        name = name.ToLowerInvariant();
        if (!isVariable && BlockedProperties.TryGetValue(name, out var pattern))
            throw Blocked(pattern);
        if (name == "position" && Placement().Match(value) is { Success: true } placement)
        {
            // Both spellings are patterns of the contract; the answer names the one that was written.
            var space = match.Groups["space"].Length > 0 ? " " : "";
            throw Blocked($"position:{space}{placement.Value.ToLowerInvariant()}");
        }
        CheckValue(value);
        if (!isVariable && !Properties.Contains(name))
            throw CustomCss.Refuse($"CSS property not allowed: {name}");
    }

    private static void CheckValue(string value)
    {
        if (value.Contains("javascript:", StringComparison.OrdinalIgnoreCase))
            throw Blocked("javascript:");
        foreach (Match call in Call().Matches(WithoutStrings(value)))
        {
            var function = call.Groups["name"].Value.ToLowerInvariant();
            if (function == "url")
                continue;
            if (function == "expression")
                throw Blocked("expression(");
            if (!Functions.Contains(function) && function.Length > 0)
                throw CustomCss.Refuse($"CSS function not allowed: {function}");
        }
        CheckAddresses(value);
    }

    /// <summary>Pictures of this server only: any other address tells a stranger who looks.</summary>
    private static void CheckAddresses(string value)
    {
        foreach (Match call in UrlStart().Matches(WithoutStrings(value)))
        {
            if (!OwnAddress().IsMatch(value, call.Index))
                throw CustomCss.Refuse("url() is only allowed for /api/ paths");
        }
    }

    /// <summary>The value with every string blank, so that no word in one is taken for a function.</summary>
    private static string WithoutStrings(string value) =>
        QuotedText().Replace(value, quoted => new string(' ', quoted.Length));

    private static FailureException Blocked(string pattern) =>
        CustomCss.Refuse($"CSS contains blocked pattern: {pattern}");

    [GeneratedRegex(
        @"^(?<name>-{0,2}[A-Za-z_][A-Za-z0-9_-]*)\s*:(?<space>\s*)(?<value>[^{}@]*)\z",
        RegexOptions.Singleline
    )]
    private static partial Regex Declaration();

    [GeneratedRegex(@"\b(fixed|absolute)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Placement();

    [GeneratedRegex(@"(?<name>[A-Za-z0-9_-]*)\s*\(")]
    private static partial Regex Call();

    [GeneratedRegex(@"url\s*\(", RegexOptions.IgnoreCase)]
    private static partial Regex UrlStart();

    [GeneratedRegex(@"\Gurl\(\s*(?<quote>['""]?)(/api/[A-Za-z0-9_\-./?=&%]*)?\k<quote>\s*\)", RegexOptions.IgnoreCase)]
    private static partial Regex OwnAddress();

    [GeneratedRegex(@"'[^']*'|""[^""]*""")]
    private static partial Regex QuotedText();
}
