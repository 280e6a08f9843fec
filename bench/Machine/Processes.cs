using System.Globalization;

namespace Chatalot.Bench.Machine;

/// <summary>Finds processes by what they do, from <c>/proc</c>.</summary>
internal static class Processes
{
    private const string Listening = "0A";

    public static IEnumerable<int> All() =>
        Directory
            .EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var pid) ? pid : 0)
            .Where(pid => pid > 0);

    /// <summary>The process that listens on a TCP port of this machine, or null when it is not to be seen.</summary>
    public static int? ListeningOn(int port)
    {
        var sockets = SocketsListeningOn(port).Select(inode => $"socket:[{inode}]").ToHashSet();
        return sockets.Count == 0 ? null : All().Where(pid => HasOpen(pid, sockets)).Cast<int?>().FirstOrDefault();
    }

    /// <summary>
    /// The PostgreSQL postmaster that belongs to a server: its child, or else the only one of this machine.
    /// </summary>
    public static int? PostmasterOf(int? server)
    {
        var postmasters = All()
            .Where(pid => IsPostgres(pid) && !(ProcessMeter.ParentOf(pid) is { } p && IsPostgres(p)))
            .ToList();
        var own = postmasters.Where(pid => server is { } of && IsDescendant(pid, of)).Cast<int?>().FirstOrDefault();
        return own ?? (postmasters.Count == 1 ? postmasters[0] : null);
    }

    public static bool IsDescendant(int pid, int ancestor)
    {
        for (int? at = pid; at is > 1; at = ProcessMeter.ParentOf(at.Value))
            if (at == ancestor)
                return true;
        return false;
    }

    public static bool IsPostgres(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/comm").Trim() is "postgres" or "postmaster";
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Null when it may not be seen.</summary>
    public static string? WorkingFolderOf(int pid)
    {
        try
        {
            return File.ResolveLinkTarget($"/proc/{pid}/cwd", returnFinalTarget: false)?.FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static IEnumerable<string> SocketsListeningOn(int port)
    {
        var suffix = $":{port:X4}";
        return new[] { "/proc/net/tcp", "/proc/net/tcp6" }
            .Where(File.Exists)
            .SelectMany(File.ReadLines)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields =>
                fields.Length > 9 && fields[1].EndsWith(suffix, StringComparison.Ordinal) && fields[3] == Listening
            )
            .Select(fields => fields[9]);
    }

    private static bool HasOpen(int pid, HashSet<string> targets)
    {
        try
        {
            return Directory
                .EnumerateFiles($"/proc/{pid}/fd")
                .Any(path =>
                    File.ResolveLinkTarget(path, returnFinalTarget: false) is { } link && targets.Contains(link.Name)
                );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
