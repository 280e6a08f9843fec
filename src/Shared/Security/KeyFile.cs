using Chatalot.Shared.Storage;

namespace Chatalot.Shared.Security;

/// <summary>Files for keys and secrets that the server makes for itself.</summary>
public static class KeyFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Everyone = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>
    /// Writes a new file, with its folder, and waits until the disk has it: what is encrypted with a key outlives a
    /// power cut, so the key must too. Complete or not at all, and never over a file that is there: two processes may
    /// start at once.
    /// </summary>
    /// <param name="path">Where.</param>
    /// <param name="text">The only line.</param>
    /// <param name="isPublic">Whether others than the owner may read it.</param>
    /// <returns>False when another process was first.</returns>
    public static bool TryCreate(string path, string text, bool isPublic = false)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        CreateFolder(folder);
        var draft = $"{path}.{Guid.NewGuid():N}";
        Write(draft, text, isPublic ? Everyone : OwnerOnly);
        try
        {
            File.Move(draft, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(draft);
            return false;
        }
        if (!OperatingSystem.IsWindows())
            FileSystem.SyncFolder(folder);
        return true;
    }

    private static void Write(string path, string text, UnixFileMode mode)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = mode;
        using var file = new FileStream(path, options);
        using (var writer = new StreamWriter(file, leaveOpen: true))
            writer.Write(text + "\n");
        file.Flush(flushToDisk: true);
    }

    private static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
    }
}
