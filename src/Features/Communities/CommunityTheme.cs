using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Chatalot.Shared.Errors;

namespace Chatalot.Features.Communities;

/// <summary>
/// A theme as an admin sends it: a flat object of colours by key, and style sheets as <c>customCss</c> (contract,
/// spaces.md 9). It is stored as sent, save for the style, which is stored as <see cref="CustomCss"/> writes it.
/// </summary>
internal static partial class CommunityTheme
{
    private const int MaxBytes = 8192;
    private const string Css = "customCss";

    private static readonly HashSet<string> Colours =
    [
        "accent",
        "accentHover",
        "bgPrimary",
        "bgSecondary",
        "bgTertiary",
        "textPrimary",
        "textSecondary",
    ];

    /// <summary>The theme to be stored.</summary>
    /// <exception cref="FailureException">Something in it is not allowed; the text says what.</exception>
    public static IReadOnlyDictionary<string, string> Read(JsonElement sent)
    {
        if (Encoding.UTF8.GetByteCount(sent.GetRawText()) > MaxBytes)
            throw Failure.Validation("community_theme too large (max 8KB)").AsException();
        if (sent.ValueKind is not JsonValueKind.Object)
            throw Failure.Validation("community_theme must be a JSON object").AsException();
        var theme = new Dictionary<string, string>();
        foreach (var member in sent.EnumerateObject())
            theme[member.Name] = ReadMember(member);
        return theme;
    }

    private static string ReadMember(JsonProperty member)
    {
        if (member.Name != Css && !Colours.Contains(member.Name))
            throw Failure.Validation($"unknown theme key: {member.Name}").AsException();
        if (member.Value.ValueKind is not JsonValueKind.String)
            throw Failure.Validation($"{member.Name} must be a string").AsException();
        var text = member.Value.GetString()!;
        if (member.Name == Css)
            return CustomCss.Sanitize(text);
        return HexColour().IsMatch(text)
            ? text
            : throw Failure.Validation($"{member.Name} must be a hex color (e.g. #ff0000)").AsException();
    }

    [GeneratedRegex(@"^#([0-9A-Fa-f]{3,4}|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})\z")]
    private static partial Regex HexColour();
}
