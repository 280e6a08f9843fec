namespace Chatalot.Host.Configuration;

/// <summary>A folder that the server must be able to write to.</summary>
internal static class StorageFolder
{
    /// <summary>One line for each folder of the configuration that cannot be written to.</summary>
    /// <param name="settings">The configuration.</param>
    /// <param name="create">
    /// Make folders that miss. Otherwise they are left out: who only looks may be somebody else than the server will
    /// be.
    /// </param>
    public static IReadOnlyList<string> Problems(ServerSettings settings, bool create)
    {
        List<(Setting Setting, string Path)> folders =
        [
            (SettingCatalogue.DataPath, settings.DataPath),
            (SettingCatalogue.FileCachePath, settings.Files.CachePath),
        ];
        if (settings.Files.Bucket is null)
            folders.Add((SettingCatalogue.FileStoragePath, settings.Files.StoragePath));
        return
        [
            .. folders
                .Where(folder => create || Directory.Exists(folder.Path))
                .Select(folder => (folder.Setting, folder.Path, Why: WhyNotWritable(folder.Path)))
                .Where(folder => folder.Why is not null)
                .Select(folder =>
                    $"{folder.Setting.Name} holds '{folder.Path}' ({folder.Why}); "
                    + "it must hold a folder that the server may write to"
                ),
        ];
    }

    /// <summary>Creates the folder when missing and writes a file to it; null when that works, else why not.</summary>
    private static string? WhyNotWritable(string path)
    {
        var probe = Path.Combine(path, $".probe-{Guid.NewGuid():N}");
        try
        {
            Directory.CreateDirectory(path);
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return exception.Message;
        }
    }
}
