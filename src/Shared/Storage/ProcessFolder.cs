using Microsoft.Win32.SafeHandles;

namespace Chatalot.Shared.Storage;

/// <summary>
/// A folder that one process holds for as long as it runs. The lock is the kernel's, so after a crash the folder is
/// known to be nobody's at once, in whichever container or process somebody looks.
/// </summary>
internal sealed class ProcessFolder : IDisposable
{
    private readonly SafeFileHandle held;

    private ProcessFolder(string path, SafeFileHandle held)
    {
        Path = path;
        this.held = held;
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>A new folder, held by us.</summary>
    public static ProcessFolder Create(string parent)
    {
        while (true)
        {
            var path = System.IO.Path.Combine(parent, Guid.NewGuid().ToString("n"));
            Directory.CreateDirectory(path);
            if (FileSystem.TryLockFolder(path) is not { } held)
                continue; // Somebody who cleans up was faster.
            if (Directory.Exists(path))
                return new ProcessFolder(path, held);
            held.Dispose();
        }
    }

    /// <summary>A folder whose process has ended, held by us now; null while that process runs.</summary>
    public static ProcessFolder? TryTake(string path) =>
        FileSystem.TryLockFolder(path) is { } held ? new ProcessFolder(path, held) : null;

    /// <summary>False on file systems that know no locks: there another process's folder looks like nobody's.</summary>
    public bool IsExclusive()
    {
        using var second = FileSystem.TryLockFolder(Path);
        return second is null;
    }

    /// <summary>Deletes it with all that is in it.</summary>
    public void Delete()
    {
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }

    /// <inheritdoc/>
    public void Dispose() => held.Dispose();
}
