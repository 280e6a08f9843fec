using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Chatalot.Host.Backup;

/// <summary>
/// Runs PostgreSQL's own <c>pg_dump</c> and <c>pg_restore</c>; the password goes through their environment only.
/// </summary>
/// <param name="folder">Where the programs are.</param>
internal sealed class PostgresClient(string folder)
{
    private const string InstallHint =
        "Install PostgreSQL's client programs (Debian: apt-get install postgresql-client) or set PG_BIN to their folder.";

    /// <summary>The newest installation, or the one that <c>PG_BIN</c> names.</summary>
    /// <exception cref="BackupException">There is none.</exception>
    public static PostgresClient Find(string? binFolder)
    {
        var versions = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(VersionOf)
            : Enumerable.Empty<string>();
        var folders = binFolder is not null
            ? [binFolder]
            : versions.Select(path => Path.Combine(path, "bin")).Concat(["/usr/bin", "/usr/local/bin"]);
        return folders.FirstOrDefault(path => File.Exists(Path.Combine(path, "pg_dump"))) is { } found
            ? new PostgresClient(found)
            : throw new BackupException($"pg_dump was not found. {InstallHint}");
    }

    /// <summary>Runs one of the programs against a database; the result is what it printed.</summary>
    /// <exception cref="BackupException">It failed; the message holds the end of what it said.</exception>
    public async Task<string> RunAsync(
        string program,
        string connectionString,
        IEnumerable<string> arguments,
        CancellationToken ct
    )
    {
        var connection = new NpgsqlConnectionStringBuilder(connectionString);
        var start = new ProcessStartInfo(Path.Combine(folder, program), arguments)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["PGHOST"] = connection.Host;
        start.Environment["PGPORT"] = connection.Port.ToString(CultureInfo.InvariantCulture);
        start.Environment["PGUSER"] = connection.Username;
        start.Environment["PGPASSWORD"] = connection.Password;
        start.Environment["PGDATABASE"] = connection.Database;
        Protect(start.Environment, connection);
        using var process =
            Process.Start(start) ?? throw new BackupException($"{program} could not be started. {InstallHint}");
        var said = process.StandardError.ReadToEndAsync(ct);
        var output = process.StandardOutput.ReadToEndAsync(ct);
        try
        {
            await process.WaitForExitAsync(ct);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        if (process.ExitCode != 0)
            throw new BackupException($"{program} failed with code {process.ExitCode}: {LastLines(await said)}");
        return await output;
    }

    /// <summary>
    /// As the server itself connects: encrypted, and checked where there is a certificate to check by. Without one the
    /// server asks the system's, which PostgreSQL's programs know how to do from version 16 on only.
    /// </summary>
    private static void Protect(IDictionary<string, string?> environment, NpgsqlConnectionStringBuilder connection)
    {
        environment["PGSSLMODE"] = connection.SslMode switch
        {
            SslMode.Disable => "disable",
            SslMode.Allow => "allow",
            SslMode.VerifyCA when connection.RootCertificate is not null => "verify-ca",
            SslMode.VerifyFull when connection.RootCertificate is not null => "verify-full",
            SslMode.Require or SslMode.VerifyCA or SslMode.VerifyFull => "require",
            _ => "prefer",
        };
        if (connection.RootCertificate is { } root)
            environment["PGSSLROOTCERT"] = root;
        if (connection.SslCertificate is { } certificate)
            environment["PGSSLCERT"] = certificate;
        if (connection.SslKey is { } key)
            environment["PGSSLKEY"] = key;
    }

    private static string LastLines(string text) => string.Join(" | ", text.Trim().Split('\n').TakeLast(5));

    private static int VersionOf(string path) =>
        int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var version) ? version : 0;
}
