using System.Collections.Concurrent;
using Chatalot.Shared.Media;
using Chatalot.Shared.Postgres;
using Chatalot.Shared.Storage;
using Npgsql;

namespace Chatalot.Features.Files;

/// <summary>Thumbnails of pictures, made when first asked for and kept beside nothing that a backup needs.</summary>
internal sealed class Thumbnails(
    ThumbnailFolder folder,
    ThumbnailProgram program,
    IBlobStorage storage,
    Drafts drafts,
    NpgsqlDataSource database
)
{
    private readonly ConcurrentDictionary<string, Lazy<Task<bool>>> underWay = new();

    /// <summary>Clients are told so, and ask for one then.</summary>
    public static bool Has(StoredFile file) => file.Thumbnail is Thumbnail.Possible;

    /// <summary>Whether pictures can be made smaller at all.</summary>
    public bool AreMade => program.IsThere;

    /// <summary>
    /// The thumbnail; null when the picture cannot be read. Many who ask at once wait for one and the same.
    /// </summary>
    public async Task<FileInfo?> FindAsync(StoredFile file, CancellationToken ct)
    {
        var thumbnail = new FileInfo(folder.PathOf(file.StoragePath));
        if (thumbnail.Exists)
            return thumbnail;
        var making = underWay.GetOrAdd(
            file.StoragePath,
            _ => new Lazy<Task<bool>>(() => Task.Run(() => MakeAsync(file)))
        );
        if (!await making.Value.WaitAsync(ct))
            return null;
        thumbnail.Refresh();
        return thumbnail.Exists ? thumbnail : null;
    }

    private async Task<bool> MakeAsync(StoredFile file)
    {
        try
        {
            if (await storage.FindAsync(file.StoragePath, CancellationToken.None) is not { } blob)
                return false;
            await using var draft = drafts.Create();
            bool isMade;
            await using (var picture = await blob.OpenAsync(CancellationToken.None))
                isMade =
                    file.ContentType == "image/bmp"
                        ? await MakeOfBitmapAsync(picture, draft.Stream)
                        : await program.RunAsync(picture, draft.Stream, CancellationToken.None);
            if (isMade)
            {
                await draft.Stream.FlushAsync();
                folder.Keep(file.StoragePath, draft.Path);
            }
            else
                await database.ExecuteAsync(
                    "update files set thumbnail = 2 where storage_path = $1",
                    CancellationToken.None,
                    file.StoragePath
                );
            return isMade;
        }
        finally
        {
            underWay.TryRemove(file.StoragePath, out _);
        }
    }

    private async Task<bool> MakeOfBitmapAsync(Stream bitmap, Stream target)
    {
        await using var tiff = drafts.Create();
        if (!BitmapPicture.TryWriteTiff(bitmap, tiff.Stream))
            return false;
        await tiff.Stream.FlushAsync();
        return await program.RunAsync(tiff.Path, target, CancellationToken.None);
    }
}
