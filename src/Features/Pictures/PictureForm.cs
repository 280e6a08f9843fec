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
    public ValueTask DisposeAsync() => draft?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>The last of repeated fields counts.</summary>
    internal async Task<Draft> BeginPictureAsync(string? contentType, Drafts drafts)
    {
        if (draft is not null)
            await draft.DisposeAsync();
        declaredType = contentType;
        return draft = drafts.Create();
    }

    internal void SetText(string field, string text) => texts[field] = text;
}
