using System.Text;
using AngleSharp;
using AngleSharp.Css;
using AngleSharp.Css.Dom;
using AngleSharp.Css.Parser;
using AngleSharp.Css.Values;
using Chatalot.Shared.Errors;

namespace Chatalot.Features.Communities;

/// <summary>
/// The style of a community, which runs in its members' browsers. It is parsed, every selector, property and function
/// is held against a list of what is allowed, and what is stored is written from the parsed tree: what was not
/// understood cannot come through. Either style rules, or declarations alone.
/// </summary>
internal static class CustomCss
{
    private const int MaxBytes = 4096;

    private static readonly CssParserOptions Options = new()
    {
        IsIncludingUnknownDeclarations = true,
        IsIncludingUnknownRules = true,
        IsToleratingInvalidSelectors = true,
    };

    private static readonly IConfiguration Configuration = AngleSharp
        .Configuration.Default.WithCss(Options)
        .WithOnly<IDeclarationFactory>(new VerbatimDeclarations());

    /// <summary>What may be stored and shown.</summary>
    /// <exception cref="FailureException">Something is not allowed; the text says what.</exception>
    public static string Sanitize(string css)
    {
        if (Encoding.UTF8.GetByteCount(css) > MaxBytes)
            throw Refuse($"CSS too large (max {MaxBytes} bytes)");
        var text = CssStructure.WithoutComments(css);
        if (CssStructure.FirstAtRule(text) is { } atRule)
            throw Refuse(CssRules.RefusalOfAtRule(atRule));
        var blocks = CssStructure.Blocks(text);
        var parser = new CssParser(Options, BrowsingContext.New(Configuration));
        return blocks is [{ Selector: null, Declarations: var declarations }]
            ? Sanitize(parser.ParseDeclaration(declarations) ?? throw Unreadable(), declarations)
            : Sanitize(parser.ParseStyleSheet(text), blocks);
    }

    private static string Sanitize(ICssStyleSheet sheet, IReadOnlyList<CssStructure.Block> blocks)
    {
        if (sheet.Rules.Length != blocks.Count)
            throw Unreadable();
        var written = new StringBuilder();
        for (var i = 0; i < blocks.Count; i++)
        {
            if (sheet.Rules[i] is not ICssStyleRule { Selector: { } selector } rule)
                throw Unreadable();
            var declarations = Sanitize(rule.Style, blocks[i].Declarations);
            written.Append(written.Length > 0 ? "\n" : "").Append(CssSelectors.Scoped(selector));
            written.Append(" { ").Append(declarations).Append(declarations.Length > 0 ? " }" : "}");
        }
        return written.ToString();
    }

    private static string Sanitize(ICssStyleDeclaration style, string source)
    {
        foreach (var piece in CssStructure.Pieces(source))
            CssRules.Check(piece);
        // Of a property that is declared twice the parser keeps the last one, as a browser does.
        return string.Join(
            "; ",
            style.Select(property =>
                $"{property.Name}: {property.Value.Trim()}{(property.IsImportant ? " !important" : "")}"
            )
        );
    }

    internal static FailureException Unreadable() => Refuse("CSS could not be understood");

    internal static FailureException Refuse(string reason) => Failure.Validation($"customCss: {reason}").AsException();

    /// <summary>Takes values as they are written: the parser's own would turn names of colours into numbers.</summary>
    private sealed class VerbatimDeclarations : IDeclarationFactory
    {
        public DeclarationInfo Create(string propertyName) =>
            new(propertyName, new Verbatim(), PropertyFlags.None, null, [], []);
    }

    private sealed class Verbatim : IValueConverter
    {
        public ICssValue Convert(AngleSharp.Text.StringSource source)
        {
            var text = source.Content[source.Index..];
            while (!source.IsDone)
                source.Next();
            return new VerbatimValue(text);
        }
    }

    private sealed record VerbatimValue(string CssText) : ICssValue
    {
        public ICssValue Compute(ICssComputeContext context) => this;

        public bool Equals(ICssValue? other) => other?.CssText == CssText;
    }
}
