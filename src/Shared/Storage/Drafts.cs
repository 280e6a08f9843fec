using Chatalot.Shared.Threads;

namespace Chatalot.Shared.Storage;

/// <summary>
/// The folder of files that are being written. Each process has a folder of its own in it, so that what a crash left is
/// told from what is under way by the lock on the folder. Uploads that may be continued lie beside them: they belong to
/// no process.
/// </summary>
public sealed class Drafts : IDisposable
{
    private const string Resumable = "resumable-";
    private const string Note = "key-";

    private readonly string root;
    private readonly ProcessFolder own;
    private readonly bool areLocksKnown;
    private readonly FileThreads threads;

    /// <summary>Makes the folders.</summary>
    public Drafts(StorageOptions options, LiveTraffic traffic)
    {
        threads = new FileThreads(traffic);
        root = Path.GetFullPath(Path.Combine(options.CacheRoot, "uploads"));
        Directory.CreateDirectory(root);
        own = ProcessFolder.Create(root);
        areLocksKnown = own.IsExclusive();
    }

    /// <summary>An empty draft.</summary>
    public Draft Create() => new(Path.Combine(own.Path, Guid.NewGuid().ToString("n")), threads);

    /// <summary>
    /// Notes that bytes are about to be stored under a key that nothing points at yet; dispose it when something does,
    /// or when they are gone again. A crash in between leaves the note, by which the bytes are found.
    /// </summary>
    public IDisposable NoteKey(string key)
    {
        var path = Path.Combine(own.Path, Note + Guid.NewGuid().ToString("n"));
        File.WriteAllText(path, BlobKey.Check(key));
        return new KeyNote(path);
    }

    /// <summary>An upload's bytes so far, empty; stays until it is deleted or abandoned.</summary>
    public FileStream CreateResumable(Guid id) =>
        new(
            ResumablePath(id),
            new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                UnixCreateMode = Draft.Mode,
            }
        );

    /// <summary>
    /// An upload's bytes so far, for one writer among all processes; null while there is another, or no upload.
    /// </summary>
    public FileStream? OpenResumable(Guid id)
    {
        try
        {
            return new FileStream(ResumablePath(id), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Writes the next piece of an upload, on threads where others do not wait for it.</summary>
    public Task AppendAsync(FileStream upload, ReadOnlyMemory<byte> piece) =>
        threads.RunAsync(() => upload.Write(piece.Span));

    /// <summary>How many bytes of an upload have come; null when there is no such upload.</summary>
    public long? LengthOfResumable(Guid id) =>
        new FileInfo(ResumablePath(id)) is { Exists: true, Length: var length } ? length : null;

    /// <summary>The uploads that have bytes, or had when they were opened.</summary>
    public IReadOnlyList<Guid> ListResumable() =>
        [
            .. Directory
                .EnumerateFiles(root, Resumable + "*")
                .Select(path => Path.GetFileName(path)[Resumable.Length..])
                .Select(name => Guid.TryParseExact(name, "n", out var id) ? id : Guid.Empty)
                .Where(id => id != Guid.Empty),
        ];

    /// <summary>Deletes an upload's bytes.</summary>
    public void DeleteResumable(Guid id) => File.Delete(ResumablePath(id));

    /// <summary>
    /// Takes over what processes left that have ended, one folder after the other. Where the file system knows no
    /// locks, age decides: what was not written to since a time.
    /// </summary>
    public IEnumerable<AbandonedDrafts> TakeAbandoned(DateTimeOffset orUntouchedSince)
    {
        foreach (var path in Directory.EnumerateDirectories(root).Where(path => path != own.Path))
        {
            if (!areLocksKnown && LastWrite(path) >= orUntouchedSince.UtcDateTime)
                continue;
            if (ProcessFolder.TryTake(path) is not { } folder)
                continue;
            using (folder)
                yield return new AbandonedDrafts(folder);
        }
    }

    /// <summary>Deletes the process's folder: what is in it now was never finished.</summary>
    public void Dispose()
    {
        own.Delete();
        own.Dispose();
    }

    private static DateTime LastWrite(string folder) =>
        Directory
            .EnumerateFiles(folder)
            .Select(File.GetLastWriteTimeUtc)
            .Append(Directory.GetLastWriteTimeUtc(folder))
            .Max();

    private string ResumablePath(Guid id) => Path.Combine(root, $"{Resumable}{id:n}");

    /// <summary>What a process left, held by us until the next is taken.</summary>
    public sealed class AbandonedDrafts
    {
        private readonly ProcessFolder folder;

        internal AbandonedDrafts(ProcessFolder folder) => this.folder = folder;

        /// <summary>Files in it, notes among them.</summary>
        public int Count => Directory.EnumerateFiles(folder.Path).Count();

        /// <summary>Keys under which bytes may have been stored that nothing points at.</summary>
        public IReadOnlyList<string> Keys() =>
            [.. Directory.EnumerateFiles(folder.Path, Note + "*").Select(File.ReadAllText).Where(BlobKey.IsValid)];

        /// <summary>Removes all of it.</summary>
        public void Delete() => folder.Delete();
    }

    private sealed class KeyNote(string path) : IDisposable
    {
        public void Dispose() => File.Delete(path);
    }
}
