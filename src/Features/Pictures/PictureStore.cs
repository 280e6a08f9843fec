using Chatalot.Shared.Errors;
using Chatalot.Shared.Http;
using Chatalot.Shared.Media;
using Chatalot.Shared.Postgres;
using Chatalot.Shared.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Chatalot.Features.Pictures;

/// <summary>
/// Small pictures that people upload and everybody may see: avatars, icons, banners, emoji. An upload route declares
/// <c>AllowFileUploads()</c>, authorises, and then reads as:
/// <code>
/// user = await pictures.ReplaceAsync(HttpContext.Request, Rules, owner: user.Id, clock.GetUtcNow(), async address =>
/// {
///     // store the address where the old one was, in one transaction; give back the result, the addresses before and
/// now }, ct);
/// </code>
/// and the public route that serves them:
/// <code>
/// Get("/api/avatars/{filename}"); AllowAnonymous();
/// public override Task&lt;IResult&gt; ExecuteAsync(Query query, CancellationToken ct) =>
///     pictures.ServeAsync(PictureFolder.Avatars, query.Filename, "avatar not found", ct);
/// </code>
/// </summary>
public sealed class PictureStore(IBlobStorage storage, DiskSpace disk, Drafts drafts, ILogger<PictureStore> log)
{
    private const int BufferBytes = 64 * 1024;
    private const int MaxTextBytes = 1024;

    /// <summary>Pictures have a new name with each upload, so nobody need ask again.</summary>
    private const string Immutable = "public, max-age=31536000, immutable";

    /// <summary>
    /// Reads a picture from the request, stores it, has something point at it and deletes what the owner shows no more.
    /// What is refused or fails on the way leaves the old one, and nothing of the new, unless nobody knows whether the
    /// new address was committed.
    /// </summary>
    /// <typeparam name="T">What points at the picture.</typeparam>
    /// <param name="request">Holds the form.</param>
    /// <param name="rules">What the picture must be.</param>
    /// <param name="owner">Whose picture it is: a user, community, group or channel.</param>
    /// <param name="now">The time of the upload.</param>
    /// <param name="point">
    /// Commits the new address; returns what points at it now, the owner's addresses before and those that it has now.
    /// </param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="FailureException">Those of <see cref="ReadAsync"/> and <see cref="StoreAsync"/>.</exception>
    public async Task<T> ReplaceAsync<T>(
        HttpRequest request,
        PictureRules rules,
        Guid owner,
        DateTimeOffset now,
        Func<string, Task<(T Result, IReadOnlyList<string?> Before, IReadOnlyList<string?> Now)>> point,
        CancellationToken ct
    )
    {
        await using var form = await ReadAsync(request, rules, ct);
        await using var picture = await StoreAsync(form, owner, ct);
        T result;
        IReadOnlyList<string?> before;
        IReadOnlyList<string?> shown;
        try
        {
            (result, before, shown) = await point(picture.AddressBelow(rules.Folder.RouteOf(), now));
        }
        catch (Exception unknown)
            when (unknown is OperationCanceledException || DatabaseFailure.IsConnectionFailure(unknown))
        {
            // The address may have been committed all the same; if it was not, the orphan job removes the picture.
            picture.Keep();
            throw;
        }
        picture.Keep();
        await DeleteReplacedAsync(rules.Folder, owner, before, shown);
        return result;
    }

    /// <summary>Reads the form as it arrives, to disk, within the rules' bounds.</summary>
    /// <exception cref="FailureException">
    /// 400: too large (the rules' text), <c>multipart error: …</c>, <c>read error: …</c>; 415: no form; 507: the disk
    /// is full.
    /// </exception>
    public async Task<PictureForm> ReadAsync(HttpRequest request, PictureRules rules, CancellationToken ct)
    {
        var parts = MultipartForm.Open(request);
        var form = new PictureForm(rules);
        var expectedBytes = Math.Min(request.ContentLength ?? 0, rules.MaxBytes);
        try
        {
            while (await parts.NextAsync(ct) is { } part)
            {
                if (part.Name == rules.Field)
                {
                    await form.BeginPictureAsync(part.ContentType, disk, expectedBytes, drafts);
                    await CopyAsync(part, form, rules, ct);
                }
                else if (rules.TextFields.Contains(part.Name))
                    form.SetText(part.Name, await part.ReadTextAsync(MaxTextBytes, $"read {part.Name}: too long", ct));
            }
            return form;
        }
        catch
        {
            await form.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Checks the picture, removes its metadata (pixels, colours, animation and orientation stay) and keeps it under a
    /// new name. The result deletes it again unless it is told to <see cref="StoredPicture.Keep"/>.
    /// </summary>
    /// <param name="form">What <see cref="ReadAsync"/> returned.</param>
    /// <param name="owner">Whose picture it is: a user, community, group or channel.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="FailureException">
    /// 400: <c>no … field</c>, <c>missing content type</c>, the rules' text for types, <c>invalid file: …</c>,
    /// <c>file content does not match declared image type</c>.
    /// </exception>
    public async Task<StoredPicture> StoreAsync(PictureForm form, Guid owner, CancellationToken ct)
    {
        var format = form.RequireAllowedType();
        await CheckContentAsync(form.Draft, format, ct);
        await using var clean = drafts.Create();
        Clean(form, format, clean);
        var name = PictureName.Create(owner, format);
        var key = form.Rules.Folder.KeyOf(name);
        var note = drafts.NoteKey(key);
        try
        {
            await storage.StoreAsync(key, clean, ct);
            return new StoredPicture(name, format.MediaType(), () => DeleteByNameAsync(form.Rules.Folder, name), note);
        }
        catch
        {
            note.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Deletes a picture that nothing points at any more. Addresses that are null, of something else or of another
    /// owner are left alone; a failure is logged only, and the orphan job tries again.
    /// </summary>
    /// <param name="folder">Where it is kept.</param>
    /// <param name="address">The stored address, or the bare name.</param>
    /// <param name="owner">The owner that it was stored for.</param>
    public async Task DeleteAsync(PictureFolder folder, string? address, Guid owner)
    {
        if (address is not null && PictureName.BelongsTo(address, owner) && PictureName.OfAddress(address) is { } name)
            await DeleteByNameAsync(folder, name);
    }

    /// <summary>
    /// Deletes the pictures that an edit took away, after its commit: those that the owner pointed at before and does
    /// not now.
    /// </summary>
    /// <param name="folder">Where they are kept.</param>
    /// <param name="owner">Who pointed at them.</param>
    /// <param name="before">The owner's addresses before the edit.</param>
    /// <param name="now">The owner's addresses after it.</param>
    public async Task DeleteReplacedAsync(
        PictureFolder folder,
        Guid owner,
        IEnumerable<string?> before,
        IEnumerable<string?> now
    )
    {
        // By name: one picture has an address for each time that it was uploaded at, and all of them show it.
        foreach (var name in before.Select(NameIn).Except(now.Select(NameIn)))
            await DeleteAsync(folder, name, owner);
    }

    /// <summary>The picture as an answer to GET and HEAD: public, with <c>ETag</c> and ranges.</summary>
    /// <param name="folder">Where it is kept.</param>
    /// <param name="name">File name as it stands in the route.</param>
    /// <param name="notFound">The text of the 404.</param>
    /// <param name="ct">Cancels.</param>
    /// <param name="cacheControl">How long it may be kept; by default for ever, because names are never used again.</param>
    /// <exception cref="FailureException">400 <c>invalid filename</c>; 404.</exception>
    public async Task<IResult> ServeAsync(
        PictureFolder folder,
        string name,
        string notFound,
        CancellationToken ct,
        string cacheControl = Immutable
    )
    {
        var blob = PictureName.MayExist(name) ? await storage.FindAsync(folder.KeyOf(name), ct) : null;
        return blob is null
            ? throw Failure.NotFound(notFound).AsException()
            : new BlobResult(blob, PictureName.MediaTypeOf(name))
            {
                CacheControl = cacheControl,
                Disposition = "inline",
            };
    }

    private static string? NameIn(string? address) => address is null ? null : PictureName.OfAddress(address);

    private static async Task CopyAsync(FormPart part, PictureForm form, PictureRules rules, CancellationToken ct)
    {
        var buffer = new byte[BufferBytes];
        var length = 0L;
        while (await part.ReadAsync(buffer, ct) is var count and > 0)
        {
            length += count;
            if (length > rules.MaxBytes)
                throw Failure.Validation(rules.TooLarge).AsException();
            await form.WriteAsync(buffer.AsMemory(0, count), ct);
        }
    }

    private static async Task CheckContentAsync(Draft draft, ImageFormat format, CancellationToken ct)
    {
        draft.Stream.Position = 0;
        var head = new byte[ContentType.HeadBytes];
        var length = await draft.Stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, ct);
        var content = ContentType.Of(head.AsSpan(0, length));
        if (content.Refusal is { } reason)
            throw Failure.Validation($"invalid file: {reason}").AsException();
        if (content.MediaType != format.MediaType())
            throw Failure.Validation("file content does not match declared image type").AsException();
    }

    private static void Clean(PictureForm form, ImageFormat format, Draft clean)
    {
        try
        {
            form.Draft.Stream.Position = 0;
            ImageMetadata.Remove(format, form.Draft.Stream, clean.Stream, form.Rules.MaxPixels);
        }
        catch (Exception broken) when (broken is MalformedImageException or EndOfStreamException)
        {
            var reason = (broken as MalformedImageException)?.Message ?? "the image ends too early";
            throw Failure.Validation($"invalid file: {reason}").AsException();
        }
    }

    private Task DeleteByNameAsync(PictureFolder folder, string name) =>
        storage.DeleteOrLogAsync(folder.KeyOf(name), log);
}
