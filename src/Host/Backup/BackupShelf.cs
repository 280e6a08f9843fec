namespace Chatalot.Host.Backup;

/// <summary>A backup on the shelf; the manifest is null when the backup is not complete.</summary>
internal sealed record ShelvedBackup(string Folder, BackupManifest? Manifest);

/// <summary>The folder of all backups.</summary>
internal sealed class BackupShelf(string folder)
{
    private const string Pattern = "chatalot-backup-*";
    private const string LockFile = ".lock";

    /// <summary>EAGAIN, which .NET hands on when somebody else holds a file.</summary>
    private const int HeldByAnother = 11;

    /// <summary>
    /// Makes us the only ones who make or delete backups here, until the result is disposed or the process has ended:
    /// two that begin in one second would write into one folder, and a clean-up would take one that is being made for a
    /// wreck.
    /// </summary>
    /// <exception cref="BackupException">Somebody else is at it.</exception>
    public IDisposable Take()
    {
        Directory.CreateDirectory(folder);
        try
        {
            return new FileStream(
                Path.Combine(folder, LockFile),
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.None
            );
        }
        catch (IOException held) when (held.HResult == HeldByAnother)
        {
            throw new BackupException(
                $"Another command makes or deletes backups in {folder}. Try again when it has ended."
            );
        }
    }

    /// <summary>All of them, newest first.</summary>
    public async Task<IReadOnlyList<ShelvedBackup>> ListAsync(CancellationToken ct)
    {
        if (!Directory.Exists(folder))
            return [];
        var found = new List<ShelvedBackup>();
        foreach (var path in Directory.GetDirectories(folder, Pattern).OrderDescending(StringComparer.Ordinal))
            found.Add(new ShelvedBackup(path, await TryReadAsync(path, ct)));
        return found;
    }

    /// <summary>
    /// The folder that a person means: a path, or a name on the shelf, or the newest complete one for null.
    /// </summary>
    /// <exception cref="BackupException">There is no such backup.</exception>
    public async Task<string> FindAsync(string? name, CancellationToken ct)
    {
        if (name is null)
            return (await ListAsync(ct)).FirstOrDefault(backup => backup.Manifest is not null)?.Folder
                ?? throw new BackupException($"There is no complete backup in {folder}.");
        string[] places = [Path.GetFullPath(name), Path.Combine(folder, name)];
        return places.FirstOrDefault(place => File.Exists(Path.Combine(place, BackupManifest.FileName)))
            ?? throw new BackupException($"There is no complete backup called {name}, here or in {folder}.");
    }

    /// <summary>
    /// Deletes all but the newest complete ones, and what a crash left unfinished; the result is what is gone.
    /// </summary>
    /// <exception cref="BackupException">Another command makes or deletes backups here.</exception>
    public async Task<IReadOnlyList<string>> PruneAsync(int keep, CancellationToken ct)
    {
        using var alone = Take();
        var all = await ListAsync(ct);
        var kept = all.Where(backup => backup.Manifest is not null).Take(keep).ToHashSet();
        var gone = all.Where(backup => !kept.Contains(backup)).Select(backup => backup.Folder).ToList();
        foreach (var path in gone)
            Directory.Delete(path, recursive: true);
        return gone;
    }

    private static async Task<BackupManifest?> TryReadAsync(string path, CancellationToken ct)
    {
        try
        {
            return await BackupManifest.ReadAsync(path, ct);
        }
        catch (BackupException)
        {
            return null;
        }
    }
}
