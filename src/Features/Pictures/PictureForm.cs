using Chatalot.Shared.Errors;
using Chatalot.Shared.Media;
using Chatalot.Shared.Storage;

namespace Chatalot.Features.Pictures;

/// <summary>
/// An upload that has been read and not yet been looked at. Dispose it. The checks are apart, in the contract's order,
/// so that a route with other fields can put its own between them; <see cref="PictureStore.StoreAsync"/> does all of
/// them.
/// </summary>
public sealed class PictureForm : IAsyncDisposable
{
    private readonly Dictionary<string, string> texts = new(StringComparer.Ordinal);
    private DiskSpace.Claim? space;
    private Draft? draft;
    private string? declaredType;

    internal PictureForm(PictureRules rules) => Rules = rules;

    /// <summary>What the picture must be.</summary>
    public PictureRules Rules { get; }

    internal Draft Draft => draft!;

    /// <summary>The text of a wanted field, or null when it was not sent.</summary>
    public string? Text(string field) => texts.GetValueOrDefault(field);

    /// <summary>Refuses a form without the picture, or without its type.</summary>
    /// <exception cref="FailureException">400 <c>no … field</c> or <c>missing content type</c>.</exception>
    public void RequirePicture()
    {
        if (draft is null)
            throw Failure.Validation($"no {Rules.Field} field").AsException();
        if (string.IsNullOrWhiteSpace(declaredType))
            throw Failure.Validation("missing content type").AsException();
    }

    /// <summary>Refuses what is missing, and types that the rules do not list.</summary>
    /// <returns>The declared format.</returns>
    /// <exception cref="FailureException">400 with the rules' text.</exception>
    public ImageFormat RequireAllowedType()
    {
        RequirePicture();
        var mediaType = declaredType!.Split(';')[0].Trim().ToLowerInvariant();
        return ImageFormats.OfMediaType(mediaType) is { } format && Rules.Formats.Contains(format)
            ? format
            : throw Failure.Validation(Rules.InvalidType).AsException();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        space?.Dispose();
        if (draft is not null)
            await draft.DisposeAsync();
    }

    /// <summary>The last of repeated fields counts.</summary>
    /// <exception cref="FailureException">507: no room.</exception>
    internal async Task BeginPictureAsync(string? contentType, DiskSpace disk, long expectedBytes, Drafts drafts)
    {
        await DisposeAsync();
        declaredType = contentType;
        space = disk.Take(expectedBytes);
        draft = drafts.Create();
    }

    /// <summary>Takes the next piece of the picture.</summary>
    /// <exception cref="FailureException">507: no room.</exception>
    internal async Task WriteAsync(ReadOnlyMemory<byte> piece, CancellationToken ct)
    {
        space!.Use(piece.Length);
        await Draft.Stream.WriteAsync(piece, ct);
    }

    internal void SetText(string field, string text) => texts[field] = text;
}
