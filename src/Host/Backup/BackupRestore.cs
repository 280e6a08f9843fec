using System.Formats.Tar;
using Chatalot.Features.Frames;
using Chatalot.Host.Configuration;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Host.Backup;

/// <summary>Checks a backup and brings one back.</summary>
internal static class BackupRestore
{
    /// <summary>Every part is there, has its size and its checksum.</summary>
    /// <exception cref="BackupException">It is not what was written.</exception>
    public static async Task<BackupManifest> VerifyAsync(string folder, CancellationToken ct)
    {
        var manifest = await BackupManifest.ReadAsync(folder, ct);
        var parts = (await BackupCreation.PartsAsync(folder, ct)).ToDictionary(part => part.Name);
        foreach (var expected in manifest.Parts)
            if (!parts.TryGetValue(expected.Name, out var found) || found != expected)
                throw new BackupException(
                    $"{Path.Combine(folder, expected.Name)} is {(found is null ? "missing" : "damaged")}. "
                        + "Do not rely on this backup."
                );
        return manifest;
    }

    /// <summary>
    /// Restores database, files and secrets. The database must be empty, and so must be the folders, unless the caller
    /// insists: a restore never mixes two instances by accident.
    /// </summary>
    /// <exception cref="BackupException">
    /// It is damaged, made by a newer server, or there is something in its place.
    /// </exception>
    public static async Task RunAsync(
        string folder,
        ServerSettings settings,
        string connectionString,
        PostgresClient postgres,
        bool force,
        CancellationToken ct
    )
    {
        var manifest = await VerifyAsync(folder, ct);
        var known = SchemaScript.FromAssembly(typeof(IClientFrame).Assembly).Max(script => script.Number);
        if (manifest.Schema > known)
            throw new BackupException(
                $"The backup was made by server {manifest.ServerVersion} with a newer schema ({manifest.Schema}, this "
                    + $"one knows {known}). Restore it with that version or a newer one."
            );
        if (force)
            await ClearAsync(connectionString, ct);
        else
            await RequireEmptyAsync(settings, connectionString, ct);
        await LoadAsync(Path.Combine(folder, BackupManifest.Database), connectionString, postgres, ct);
        await UnpackAsync(folder, BackupManifest.Files, settings.Files.StoragePath, ct);
        await UnpackAsync(folder, BackupManifest.Secrets, BackupCreation.SecretsFolder(settings), ct, isPrivate: true);
    }

    /// <summary>
    /// All or nothing. Extensions are left out: they belong to the database's superuser, who has put them there before.
    /// </summary>
    private static async Task LoadAsync(
        string dump,
        string connectionString,
        PostgresClient postgres,
        CancellationToken ct
    )
    {
        var contents = await postgres.RunAsync("pg_restore", connectionString, ["--list", dump], ct);
        var list = Path.GetTempFileName();
        try
        {
            var lines = contents.Split('\n').Where(line => !line.Contains(" EXTENSION ", StringComparison.Ordinal));
            await File.WriteAllLinesAsync(list, lines, ct);
            await postgres.RunAsync(
                "pg_restore",
                connectionString,
                [
                    "--no-owner",
                    "--no-acl",
                    "--single-transaction",
                    "--exit-on-error",
                    $"--use-list={list}",
                    $"--dbname={new NpgsqlConnectionStringBuilder(connectionString).Database}",
                    dump,
                ],
                ct
            );
        }
        finally
        {
            File.Delete(list);
        }
    }

    private static async Task ClearAsync(string connectionString, CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand("drop owned by current_user cascade");
        await command.ExecuteNonQueryAsync(ct);
        await using var extension = source.CreateCommand("create extension if not exists pg_trgm");
        await extension.ExecuteNonQueryAsync(ct);
    }

    private static async Task RequireEmptyAsync(ServerSettings settings, string connectionString, CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(
            "select count(*) from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
        );
        if (await command.ExecuteScalarAsync(ct) is not 0L)
            throw new BackupException(
                "The database is not empty. Restore into an empty one, or say --force to replace what is there."
            );
        if (
            Directory.Exists(settings.Files.StoragePath)
            && Directory.EnumerateFileSystemEntries(settings.Files.StoragePath).Any()
        )
            throw new BackupException(
                $"{settings.Files.StoragePath} is not empty. Move it away, or say --force to restore into it."
            );
    }

    private static async Task UnpackAsync(
        string folder,
        string name,
        string target,
        CancellationToken ct,
        bool isPrivate = false
    )
    {
        Directory.CreateDirectory(target);
        if (isPrivate)
            File.SetUnixFileMode(target, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await TarFile.ExtractToDirectoryAsync(Path.Combine(folder, name), target, overwriteFiles: true, ct);
    }
}
