using System.Globalization;
using System.Security.Cryptography;
using Chatalot.Features.Health;
using Chatalot.Host.Configuration;
using Npgsql;

namespace Chatalot.Host.Backup;

/// <summary>
/// Makes one backup: first the database as of one moment, then the uploaded files, then the secrets. In that order
/// every row of the dump finds its file, but for those that their owners deleted meanwhile. The server may run.
/// </summary>
internal sealed class BackupCreation(
    ServerSettings settings,
    string connectionString,
    PostgresClient postgres,
    TimeProvider clock,
    TextWriter output
)
{
    /// <summary>File beside the backups that tells status page and alerts when the newest good one was made.</summary>
    public const string Marker = "last-good-backup";

    /// <summary>Makes a backup in a new folder below <paramref name="shelf"/>; the result is that folder.</summary>
    /// <exception cref="BackupException">It could not be made; nothing is left behind.</exception>
    public async Task<string> RunAsync(string shelf, CancellationToken ct)
    {
        using var alone = new BackupShelf(shelf).Take();
        var now = clock.GetUtcNow();
        var name = now.UtcDateTime.ToString("'chatalot-backup-'yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var folder = Path.Combine(shelf, name);
        var unfinished = folder + ".unfinished";
        Directory.CreateDirectory(
            unfinished,
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        );
        try
        {
            var schema = await SchemaAsync(ct);
            await StepAsync("database", () => DumpAsync(unfinished, ct));
            await StepAsync("files", () => PackAsync(settings.Files.StoragePath, unfinished, BackupManifest.Files, ct));
            await StepAsync(
                "secrets",
                () => PackAsync(SecretsFolder(settings), unfinished, BackupManifest.Secrets, ct)
            );
            var manifest = new BackupManifest(now, ServerVersion.Current, schema, await PartsAsync(unfinished, ct));
            await manifest.WriteAsync(unfinished, ct);
            Directory.Move(unfinished, folder);
            await File.WriteAllTextAsync(Path.Combine(shelf, Marker), $"{now:O} {name}\n", ct);
            return folder;
        }
        catch
        {
            Directory.Delete(unfinished, recursive: true);
            throw;
        }
    }

    /// <summary>Where the keys are that the server made by itself.</summary>
    public static string SecretsFolder(ServerSettings settings) => Path.Combine(settings.DataPath, "secrets");

    /// <summary>Name, size and checksum of every file in a folder, in the order of names.</summary>
    public static async Task<IReadOnlyList<BackupPart>> PartsAsync(string folder, CancellationToken ct)
    {
        var parts = new List<BackupPart>();
        foreach (var path in Directory.GetFiles(folder).Order(StringComparer.Ordinal))
        {
            if (Path.GetFileName(path) == BackupManifest.FileName)
                continue;
            await using var file = File.OpenRead(path);
            var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, ct));
            parts.Add(new BackupPart(Path.GetFileName(path), file.Length, hash));
        }
        return parts;
    }

    private async Task StepAsync(string what, Func<Task> step)
    {
        await output.WriteAsync($"Saving the {what} ... ");
        var started = clock.GetTimestamp();
        await step();
        await output.WriteLineAsync($"{clock.GetElapsedTime(started).TotalSeconds:0.0} s");
    }

    private Task<string> DumpAsync(string folder, CancellationToken ct) =>
        postgres.RunAsync(
            "pg_dump",
            connectionString,
            ["--format=custom", "--no-owner", "--no-acl", $"--file={Path.Combine(folder, BackupManifest.Database)}"],
            ct
        );

    private static Task PackAsync(string source, string folder, string name, CancellationToken ct)
    {
        Directory.CreateDirectory(source);
        return FolderArchive.CreateAsync(source, Path.Combine(folder, name), ct);
    }

    private async Task<int> SchemaAsync(CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand("select coalesce(max(number), 0) from schema_scripts");
        try
        {
            return (int)(await command.ExecuteScalarAsync(ct))!;
        }
        catch (NpgsqlException reason)
        {
            throw new BackupException($"The database cannot be read: {reason.Message}");
        }
    }
}
