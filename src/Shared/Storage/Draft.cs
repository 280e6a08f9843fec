using System.Security.Cryptography;

namespace Chatalot.Shared.Storage;

/// <summary>
/// A file that is being written and that nobody can see yet. Disposing it deletes it, unless a storage took it over;
/// what a crash leaves is found by the folder that it is in.
/// </summary>
public sealed class Draft : IAsyncDisposable, IDisposable
{
    /// <summary>
    /// So much is handed to the disk at once, and waited for: a commit of the database on the same disk waits behind
    /// little then, and so does the sync at the end.
    /// </summary>
    private const long HandOverBytes = 4 * 1024 * 1024;

    /// <summary>Who may read what people upload: nobody but the server's account and group.</summary>
    internal const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    private readonly FileThreads threads;
    private long handedOver;

    internal Draft(string path, FileThreads threads)
    {
        this.threads = threads;
        Path = path;
        Stream = new FileStream(
            path,
            new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Share = FileShare.Read | FileShare.Delete,
                BufferSize = 64 * 1024,
                UnixCreateMode = Mode,
            }
        );
    }

    /// <summary>Where the bytes are.</summary>
    public string Path { get; }

    /// <summary>Writes and reads the bytes.</summary>
    public FileStream Stream { get; }

    /// <summary>
    /// Writes the next piece of a large file and hashes it, on threads where others do not wait for it.
    /// </summary>
    public Task AppendAsync(ReadOnlyMemory<byte> piece, IncrementalHash hash) =>
        threads.RunAsync(() =>
        {
            hash.AppendData(piece.Span);
            Stream.Write(piece.Span);
            if (Stream.Position - handedOver < HandOverBytes)
                return;
            FileSystem.WriteOut(Stream.SafeFileHandle, handedOver, Stream.Position - handedOver);
            handedOver = Stream.Position;
        });

    /// <summary>Waits until the disk has the bytes.</summary>
    internal Task FlushToDiskAsync() => threads.RunAsync(() => Stream.Flush(flushToDisk: true));

    /// <inheritdoc cref="DisposeAsync"/>
    public void Dispose()
    {
        Stream.Dispose();
        Delete();
    }

    /// <summary>Closes the file and deletes it, if it is still there.</summary>
    public async ValueTask DisposeAsync()
    {
        await Stream.DisposeAsync();
        Delete();
    }

    private void Delete()
    {
        try
        {
            File.Delete(Path);
        }
        catch (DirectoryNotFoundException)
        {
            // The server stopped and took its folder along.
        }
    }
}
