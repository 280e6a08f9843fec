using Chatalot.Shared.Errors;

namespace Chatalot.Shared.Storage;

/// <summary>
/// Keeps a reserve free on the disks of originals and drafts. What was promised to uploads under way counts as used, so
/// that many at once cannot take the same space; other processes are seen by what they have written.
/// </summary>
public sealed class DiskSpace(StorageOptions options)
{
    private long promised;

    /// <summary>Space for an upload; dispose it when the upload has ended.</summary>
    /// <param name="bytes">What it will need at least.</param>
    /// <exception cref="FailureException">507: the reserve would shrink.</exception>
    public Claim Take(long bytes)
    {
        var claim = new Claim(this);
        claim.Extend(bytes);
        return claim;
    }

    /// <summary>Promises first and looks then: of two that ask at once, each sees the other.</summary>
    private void Promise(long bytes)
    {
        var needed = options.MinFreeBytes + Interlocked.Add(ref promised, bytes);
        if (Free(options.CacheRoot) >= needed && Free(options.Root) >= needed)
            return;
        Interlocked.Add(ref promised, -bytes);
        throw StorageFailures.DiskFull.AsException();
    }

    private static long Free(string folder) => new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace;

    /// <summary>Space that one upload may still write to.</summary>
    public sealed class Claim : IDisposable
    {
        private const long Step = 16 * 1024 * 1024;

        private readonly DiskSpace owner;
        private long left;

        internal Claim(DiskSpace owner) => this.owner = owner;

        /// <summary>Says that so much is about to be written; asks for more space where less was claimed.</summary>
        /// <exception cref="FailureException">507: there is no more.</exception>
        public void Use(int bytes)
        {
            if (bytes > left)
                Extend(Math.Max(bytes - left, Step));
            left -= bytes;
            Interlocked.Add(ref owner.promised, -bytes);
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            Interlocked.Add(ref owner.promised, -left);
            left = 0;
        }

        internal void Extend(long bytes)
        {
            owner.Promise(bytes);
            left += bytes;
        }
    }
}
