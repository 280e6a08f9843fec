namespace Chatalot.Shared.Storage;

/// <summary>
/// A file that is being written and that nobody can see yet. Disposing it deletes it, unless a storage took it over; what a
/// crash leaves is found by the folder that it is in.
/// </summary>
public sealed class Draft : IAsyncDisposable, IDisposable
{
    internal Draft(string path)
    {
        Path = path;
        Stream = new FileStream(
            path,
            new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Share = FileShare.Read | FileShare.Delete,
                BufferSize = 64 * 1024,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead,
            }
        );
    }

    /// <summary>Where the bytes are.</summary>
    public string Path { get; }

    /// <summary>Writes and reads the bytes.</summary>
    public FileStream Stream { get; }

    /// <summary>Waits until the disk has the bytes.</summary>
    internal Task FlushToDiskAsync() => Task.Run(() => Stream.Flush(flushToDisk: true));

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
