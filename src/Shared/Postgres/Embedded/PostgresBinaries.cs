using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Chatalot.Shared.Postgres.Embedded;

/// <summary>One installation of the PostgreSQL server: a folder where its real programs sit together.</summary>
/// <param name="Folder">Absolute, links resolved: the programs find their libraries relative to it.</param>
/// <param name="Version">As the server says it, for example <c>15.13</c>.</param>
internal sealed partial record PostgresBinaries(string Folder, string Version)
{
    private static readonly string[] Programs = ["postgres", "initdb", "pg_ctl"];
    private static readonly string[] LibraryFolders = ["lib", "lib/postgresql", "lib/pgsql", "lib64/pgsql"];
    private static readonly string[] LibraryExtensions = [".so", ".dylib"];

    /// <summary>First number of the version; a cluster works only with the major version that made it.</summary>
    public int MajorVersion => Major(Version);

    /// <summary>Full path of one of the server's programs.</summary>
    public string PathOf(string program) => Path.Combine(Folder, program);

    /// <summary>
    /// Finds the installation to use: the given folder, else PATH, else the usual places, newest first.
    /// </summary>
    /// <param name="binFolder">What the operator named (<c>PG_BIN</c>), or null.</param>
    /// <param name="clusterMajor">Major version of the cluster that is to be served, or null for a new one.</param>
    /// <exception cref="EmbeddedPostgresException">Nothing usable; the message says what to install.</exception>
    public static PostgresBinaries Find(string? binFolder, int? clusterMajor)
    {
        if (binFolder is not null)
        {
            var named =
                Inspect(binFolder)
                ?? throw new EmbeddedPostgresException(
                    $"PG_BIN names '{binFolder}', which does not hold working programs "
                        + $"{string.Join(", ", Programs)}. Debian's are in /usr/lib/postgresql/<version>/bin."
                );
            return clusterMajor is null || named.MajorVersion == clusterMajor
                ? named
                : throw WrongVersion(clusterMajor.Value, [named]);
        }

        var seen = new List<PostgresBinaries>();
        foreach (var folder in SearchPath().Distinct())
        {
            if (Inspect(folder) is not { } found)
                continue;
            if (clusterMajor is null || found.MajorVersion == clusterMajor)
                return found;
            seen.Add(found);
        }
        throw seen.Count > 0 && clusterMajor is { } major
            ? WrongVersion(major, seen)
            : new EmbeddedPostgresException(
                "No PostgreSQL server found. Install it (Debian, Ubuntu: apt-get install postgresql; "
                    + "Fedora: dnf install postgresql-server postgresql-contrib; macOS: brew install postgresql), "
                    + "set PG_BIN to the folder that holds postgres and initdb, or set DATABASE_URL."
            );
    }

    /// <summary>True when the server can preload this library.</summary>
    public bool HasLibrary(string name)
    {
        var installation = Path.GetDirectoryName(Folder)!;
        return (
            from folder in LibraryFolders
            from extension in LibraryExtensions
            select Path.Combine(installation, folder, name + extension)
        ).Any(File.Exists);
    }

    private static IEnumerable<string> SearchPath() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(RealFolder)
            .OfType<string>()
            .Concat(Versions("/usr/lib/postgresql", "*", "bin"))
            .Concat(Versions("/usr", "pgsql-*", "bin"))
            .Concat(["/opt/homebrew/bin"])
            .Concat(Versions("/opt/homebrew/opt", "postgresql*", "bin"))
            .Concat(["/usr/local/pgsql/bin"]);

    /// <summary>
    /// Distributions link single programs into PATH; the folder to use is the one the link points to.
    /// </summary>
    private static string? RealFolder(string folder)
    {
        var program = new FileInfo(Path.Combine(folder, Programs[0]));
        if (!program.Exists)
            return null;
        return Path.GetDirectoryName((program.ResolveLinkTarget(returnFinalTarget: true) ?? program).FullName);
    }

    private static IEnumerable<string> Versions(string parent, string pattern, string child) =>
        Directory.Exists(parent)
            ? Directory
                .GetDirectories(parent, pattern)
                .OrderByDescending(folder => Major(Path.GetFileName(folder)))
                .Select(folder => Path.Combine(folder, child))
            : [];

    private static PostgresBinaries? Inspect(string folder)
    {
        var path = Path.GetFullPath(folder);
        if (!Programs.All(program => IsProgram(Path.Combine(path, program))))
            return null;
        var start = new ProcessStartInfo(Path.Combine(path, "postgres"), ["--version"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var version = VersionPattern().Match(process.StandardOutput.ReadToEnd());
        process.WaitForExit();
        return process.ExitCode == 0 && version.Success ? new PostgresBinaries(path, version.Value) : null;
    }

    /// <summary>
    /// A wrapper script may change user or folder on the way to the server: only the real program will do.
    /// </summary>
    private static bool IsProgram(string path)
    {
        const UnixFileMode executable =
            UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        if (!File.Exists(path) || (File.GetUnixFileMode(path) & executable) == 0)
            return false;
        using var file = File.OpenRead(path);
        return file.ReadByte() != '#' || file.ReadByte() != '!';
    }

    private static EmbeddedPostgresException WrongVersion(int clusterMajor, IEnumerable<PostgresBinaries> found) =>
        new(
            $"The database was made by PostgreSQL {clusterMajor}, but found only "
                + string.Join(", ", found.Select(binaries => $"{binaries.Version} ({binaries.Folder})"))
                + $". Install PostgreSQL {clusterMajor} again (Debian: apt-get install postgresql-{clusterMajor}), "
                + "or move the data with pg_upgrade."
        );

    private static int Major(string text) =>
        VersionPattern().Match(text) is { Success: true } version
            ? int.Parse(version.Value.Split('.')[0], CultureInfo.InvariantCulture)
            : 0;

    [GeneratedRegex(@"\d+(\.\d+)?")]
    private static partial Regex VersionPattern();
}
