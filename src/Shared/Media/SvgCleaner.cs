using System.Collections.Frozen;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;

namespace Chatalot.Shared.Media;

/// <summary>
/// Copies of an SVG picture only what is known to draw: a list of elements, attributes that call nothing, links into
/// the picture itself. It reads with a real XML parser, as a browser does, so there is no text that it and the browser
/// understand differently; document types, entities and instructions are left behind.
/// </summary>
public static partial class SvgCleaner
{
    private const string Svg = "http://www.w3.org/2000/svg";
    private const string XLink = "http://www.w3.org/1999/xlink";
    private const string Xml = "http://www.w3.org/XML/1998/namespace";
    private const int MaxDepth = 200;
    private static readonly UTF8Encoding StrictUtf8 = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    private static readonly FrozenSet<string> Elements = (
        "svg g a defs symbol use path rect circle ellipse line polyline polygon text tspan textPath title desc switch image "
        + "linearGradient radialGradient stop pattern clipPath mask marker style filter feBlend feColorMatrix "
        + "feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feDropShadow "
        + "feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feMerge feMergeNode feMorphology feOffset fePointLight "
        + "feSpecularLighting feSpotLight feTile feTurbulence animateTransform animateMotion mpath"
    )
        .Split(' ')
        .ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Copies the picture.</summary>
    /// <exception cref="XmlException">It is not well-formed XML.</exception>
    public static void Clean(Stream source, Stream target)
    {
        using var reader = XmlReader.Create(
            source,
            new XmlReaderSettings
            {
                DtdProcessing = DtdProcessing.Ignore,
                XmlResolver = null,
                IgnoreComments = true,
                IgnoreProcessingInstructions = true,
                MaxCharactersFromEntities = 0,
                CloseInput = false,
            }
        );
        using var writer = XmlWriter.Create(
            target,
            new XmlWriterSettings
            {
                OmitXmlDeclaration = true,
                Encoding = StrictUtf8,
                CloseOutput = false,
            }
        );
        reader.MoveToContent();
        if (!IsKept(reader) || reader.LocalName != "svg")
            throw new XmlException("the root is no svg element");
        Copy(reader, writer);
    }

    /// <summary>Whether what could not be read fails as text already.</summary>
    public static bool IsUtf8(Stream source)
    {
        source.Position = 0;
        using var text = new StreamReader(source, StrictUtf8, detectEncodingFromByteOrderMarks: false, leaveOpen: true);
        var buffer = new char[4096];
        try
        {
            while (text.Read(buffer) > 0) { }
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    private static void Copy(XmlReader reader, XmlWriter writer)
    {
        while (!reader.EOF)
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element when !IsKept(reader):
                    reader.Skip();
                    continue;
                case XmlNodeType.Element when reader.LocalName == "style":
                    CopyStyle(reader, writer);
                    continue;
                case XmlNodeType.Element:
                    CopyElement(reader, writer);
                    break;
                case XmlNodeType.EndElement:
                    writer.WriteFullEndElement();
                    break;
                case XmlNodeType.Text
                or XmlNodeType.CDATA
                or XmlNodeType.SignificantWhitespace
                or XmlNodeType.Whitespace when reader.Depth > 0:
                    writer.WriteString(reader.Value);
                    break;
            }
            reader.Read();
        }
    }

    private static void CopyElement(XmlReader reader, XmlWriter writer)
    {
        if (reader.Depth > MaxDepth)
            throw new XmlException("too deep");
        var isEmpty = reader.IsEmptyElement;
        var element = reader.LocalName;
        writer.WriteStartElement(element, Svg);
        for (var isAttribute = reader.MoveToFirstAttribute(); isAttribute; isAttribute = reader.MoveToNextAttribute())
        {
            if (reader.NamespaceURI is "" && IsHarmless(reader.LocalName, reader.Value, element))
                writer.WriteAttributeString(reader.LocalName, reader.Value);
            else if (reader.NamespaceURI == XLink && reader.LocalName == "href" && IsOwn(reader.Value, element))
                writer.WriteAttributeString("xlink", "href", XLink, reader.Value);
            else if (reader.NamespaceURI == Xml && reader.LocalName is "space" or "lang")
                writer.WriteAttributeString("xml", reader.LocalName, Xml, reader.Value);
        }
        reader.MoveToElement();
        if (isEmpty)
            writer.WriteEndElement();
    }

    /// <summary>Style sheets are kept whole or not at all.</summary>
    private static void CopyStyle(XmlReader reader, XmlWriter writer)
    {
        var depth = reader.Depth;
        var isEmpty = reader.IsEmptyElement;
        var css = new StringBuilder();
        while (!isEmpty && reader.Read() && reader.Depth > depth)
            if (reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace)
                css.Append(reader.Value);
        reader.Read();
        if (IsHarmlessCss(css.ToString()))
            writer.WriteElementString("style", Svg, css.ToString());
    }

    /// <summary>Files without a namespace are drawn by nobody until they get the right one here.</summary>
    private static bool IsKept(XmlReader reader) =>
        reader.NamespaceURI is Svg or "" && Elements.Contains(reader.LocalName);

    private static bool IsHarmless(string name, string value, string element) =>
        name switch
        {
            "href" => IsOwn(value, element),
            "xmlns" or "src" or "action" or "formaction" or "ping" or "target" or "srcdoc" => false,
            _ => !name.StartsWith("on", StringComparison.OrdinalIgnoreCase)
                && AttributeName().IsMatch(name)
                && !Script().IsMatch(value)
                && IsHarmlessCss(value),
        };

    /// <summary>Links into the picture itself, and raster pictures that it carries along.</summary>
    private static bool IsOwn(string address, string element) =>
        address.StartsWith('#') || (element == "image" && CarriedPicture().IsMatch(address));

    /// <summary>
    /// Nothing that loads (<c>url()</c> of anything but a part of the picture, imports) and nothing hidden by escapes.
    /// </summary>
    private static bool IsHarmlessCss(string css) =>
        !css.Contains('\\')
        && !css.Contains("@import", StringComparison.OrdinalIgnoreCase)
        && !css.Contains("image-set", StringComparison.OrdinalIgnoreCase)
        && !css.Contains("expression", StringComparison.OrdinalIgnoreCase)
        && !ForeignUrl().IsMatch(css);

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9-]{0,63}\\z")]
    private static partial Regex AttributeName();

    [GeneratedRegex("(java|vb)script\\s*:", RegexOptions.IgnoreCase)]
    private static partial Regex Script();

    [GeneratedRegex("url\\s*\\((?!\\s*[\"']?\\s*#)", RegexOptions.IgnoreCase)]
    private static partial Regex ForeignUrl();

    [GeneratedRegex("^data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\\s]*\\z")]
    private static partial Regex CarriedPicture();
}
