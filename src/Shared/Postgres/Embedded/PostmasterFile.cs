using System.Globalization;

namespace Chatalot.Shared.Postgres.Embedded;

/// <summary>
/// What <c>postmaster.pid</c> says: PostgreSQL writes it at start and removes it at its end; a crash leaves it behind.
/// </summary>
/// <param name="ProcessId">The postmaster's.</param>
/// <param name="SocketFolder">Where it listens; empty in a file that is not complete yet.</param>
/// <param name="Status"><c>starting</c>, <c>ready</c>, <c>stopping</c> or <c>standby</c>; empty before that.</param>
internal sealed record PostmasterFile(int ProcessId, string SocketFolder, string Status)
{
    /// <summary>True when the server takes connections.</summary>
    public bool IsReady => Status == "ready";

    /// <summary>True once the server has taken note of a signal to stop.</summary>
    public bool IsStopping => Status == "stopping";

    /// <summary>The content of the cluster's file, or null when there is none.</summary>
    public static PostmasterFile? Read(string cluster) => TryRead(PathIn(cluster)) is { } text ? Parse(text) : null;

    /// <summary>Path of the file in a cluster.</summary>
    public static string PathIn(string cluster) => Path.Combine(cluster, "postmaster.pid");

    /// <summary>
    /// True while the process that wrote the file lives. A process id alone proves nothing, ids are used again: the
    /// postmaster's working folder is the cluster, so the file that is seen from there must be this very file.
    /// </summary>
    public static bool IsAlive(string cluster)
    {
        if (TryRead(PathIn(cluster)) is not { } text || Parse(text) is not { } file || !Posix.Exists(file.ProcessId))
            return false;
        return !Directory.Exists("/proc/self")
            || TryRead($"/proc/{file.ProcessId}/cwd/postmaster.pid") is { } seen && Identity(seen) == Identity(text);
    }

    /// <summary>Reads the lines of a file; null when it does not even hold a process id.</summary>
    internal static PostmasterFile? Parse(string text)
    {
        var lines = text.Split('\n');
        return int.TryParse(lines[0], CultureInfo.InvariantCulture, out var processId) && processId > 0
            ? new PostmasterFile(processId, Line(4), Line(7))
            : null;

        string Line(int index) => index < lines.Length ? lines[index].Trim() : "";
    }

    /// <summary>Process id, folder and start time; the lines after them change while the server starts and stops.</summary>
    private static string Identity(string text) => string.Join('\n', text.Split('\n').Take(3));

    private static string? TryRead(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
