using System.Diagnostics;
using System.Globalization;
using Chatalot.Host.Configuration;
using Chatalot.Shared.Postgres;

namespace Chatalot.Host.Backup;

/// <summary>
/// Saves the database before an update changes its schema (<c>BACKUP_BEFORE_MIGRATE</c>): an update that turns out
/// wrong can then be taken back. Files and keys are not touched by an update and not part of it.
/// </summary>
internal sealed partial class DumpBeforeMigration(
    ServerSettings settings,
    DatabaseOptions database,
    ILoggerFactory loggers,
    TimeProvider clock
)
{
    private readonly ILogger logger = loggers.CreateLogger("Chatalot.Startup");

    /// <summary>Writes the dump beside the backups.</summary>
    /// <exception cref="BackupException">It could not be written; nothing is left of it.</exception>
    public async Task RunAsync(CancellationToken ct)
    {
        var started = Stopwatch.StartNew();
        var name = clock
            .GetUtcNow()
            .UtcDateTime.ToString("'before-update-'yyyyMMdd'T'HHmmss'Z.dump'", CultureInfo.InvariantCulture);
        var dump = Path.Combine(settings.DataPath, "backups", name);
        var unfinished = dump + ".unfinished";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(dump)!);
            // Private from its first byte on: it holds everything that people wrote.
            var options = new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            };
            await new FileStream(unfinished, options).DisposeAsync();
            await PostgresClient
                .Find(settings.Database.PostgresBin)
                .RunAsync(
                    "pg_dump",
                    database.ConnectionString,
                    ["--format=custom", "--no-owner", "--no-acl", $"--file={unfinished}"],
                    ct
                );
            File.Move(unfinished, dump);
        }
        catch (Exception reason) when (reason is IOException or UnauthorizedAccessException)
        {
            throw new BackupException($"{dump} cannot be written: {reason.Message}");
        }
        finally
        {
            if (File.Exists(unfinished))
                File.Delete(unfinished);
        }
        LogSaved(logger, dump, started.ElapsedMilliseconds);
    }

    [LoggerMessage(
        EventName = "SavedBeforeUpdate",
        Level = LogLevel.Information,
        Message = "Saved the database to {Path} before its schema changes, in {Milliseconds} ms"
    )]
    private static partial void LogSaved(ILogger logger, string path, long milliseconds);
}
