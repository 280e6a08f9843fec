using System.Formats.Tar;

namespace Chatalot.Host.Backup;

/// <summary>A folder as a tar file.</summary>
internal static class FolderArchive
{
    /// <summary>
    /// Packs all that is in a folder while others work in it: a file that goes before its turn is left out.
    /// </summary>
    public static async Task CreateAsync(string folder, string archive, CancellationToken ct)
    {
        await using var target = new FileStream(archive, FileMode.CreateNew, FileAccess.Write);
        await using var tar = new TarWriter(target, leaveOpen: true);
        foreach (var path in Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(folder, path);
            try
            {
                await tar.WriteEntryAsync(path, Directory.Exists(path) ? name + "/" : name, ct);
            }
            catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
            {
                // Its owner deleted it.
            }
        }
    }
}
