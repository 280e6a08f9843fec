namespace Chatalot.Shared.Media;

/// <summary>What a file is by its content, or why it is refused.</summary>
/// <param name="MediaType">Type to store and serve, for example <c>image/png</c>; null when the file is refused.</param>
/// <param name="Refusal">Why it is refused, in the contract's words; null when it is accepted.</param>
public readonly record struct ContentType(string? MediaType, string? Refusal)
{
    /// <summary>Bytes from the start of a file that <see cref="Of"/> looks at, at most.</summary>
    public const int HeadBytes = 8192;

    /// <summary>
    /// Decides by the structure that the leading bytes show (contract, files.md section 5); names never count.
    /// </summary>
    /// <param name="head">The file's first <see cref="HeadBytes"/> bytes, or all of a shorter file.</param>
    public static ContentType Of(ReadOnlySpan<byte> head)
    {
        if (head.IsEmpty)
            return Refused("empty file");
        var text = TextHead.Read(head);
        return Executables.WhyRefused(head, text) is { } refusal ? Refused(refusal)
            : Signatures.Of(head, text) is { } mediaType ? Accepted(mediaType)
            : text is { IsSvg: true } ? Accepted("image/svg+xml")
            : text is not null ? Accepted("text/plain")
            : Unrecognized;
    }

    /// <summary>
    /// The same once all of the file was seen: what begins as plain text and goes on otherwise is refused. Drawings
    /// have their own reader, which says what is wrong with them.
    /// </summary>
    /// <param name="isText">Whether all of the file is text.</param>
    public ContentType OfWhole(bool isText) => isText || MediaType is not "text/plain" ? this : Unrecognized;

    private static ContentType Unrecognized => Refused("unrecognized binary file type");

    private static ContentType Accepted(string mediaType) => new(mediaType, null);

    private static ContentType Refused(string reason) => new(null, reason);
}
