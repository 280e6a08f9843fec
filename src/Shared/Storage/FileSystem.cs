using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Chatalot.Shared.Storage;

/// <summary>The calls of POSIX that .NET does not offer: a rename that never copies, syncing and locking a
/// folder, and writing a part of a file out.</summary>
internal static partial class FileSystem
{
    private const string Library = "libc";
    private const int CrossDevice = 18; // EXDEV
    private const int ReadOnly = 0; // O_RDONLY
    private const int NotForChildren = 0x80000; // O_CLOEXEC
    private const int LockAtOnce = 2 | 4; // LOCK_EX | LOCK_NB
    private const uint WriteAndWait = 1 | 2 | 4; // SYNC_FILE_RANGE_WAIT_BEFORE | _WRITE | _WAIT_AFTER

    /// <summary>Renames, replacing; false when the two names are on different file systems.</summary>
    /// <exception cref="IOException">Anything else is in the way.</exception>
    public static bool TryRename(string from, string to)
    {
        if (rename(from, to) == 0)
            return true;
        var error = Marshal.GetLastPInvokeError();
        return error == CrossDevice
            ? false
            : throw new IOException($"cannot move a file into the store: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    /// <summary>Waits until the disk has the folder's entries: a rename is durable only then.</summary>
    /// <exception cref="IOException">The folder cannot be synced.</exception>
    public static void SyncFolder(string folder)
    {
        var handle = open(folder, ReadOnly);
        if (handle < 0)
            throw new IOException($"cannot open a folder: {Marshal.GetLastPInvokeErrorMessage()}");
        try
        {
            if (fsync(handle) != 0)
                throw new IOException($"cannot sync a folder: {Marshal.GetLastPInvokeErrorMessage()}");
        }
        finally
        {
            _ = close(handle);
        }
    }

    /// <summary>
    /// Locks a folder until the result is disposed or this process has ended, however it ends; null when somebody else
    /// holds it or it is not there. Programs that this process starts do not inherit it.
    /// </summary>
    public static SafeFileHandle? TryLockFolder(string folder)
    {
        var handle = open(folder, ReadOnly | NotForChildren);
        if (handle < 0)
            return null;
        var owned = new SafeFileHandle(handle, ownsHandle: true);
        if (flock(handle, LockAtOnce) == 0)
            return owned;
        owned.Dispose();
        return null;
    }

    /// <summary>
    /// Has the disk write a part of a file now. It promises nothing, and not every file system does it.
    /// </summary>
    public static void WriteOut(SafeFileHandle file, long offset, long count) =>
        _ = sync_file_range(file, offset, count, WriteAndWait);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int sync_file_range(SafeFileHandle file, long offset, long count, uint flags);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int rename(string from, string to);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int fsync(int handle);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int flock(int handle, int operation);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int close(int handle);
}
