using System.Globalization;
using Chatalot.Bench.Machine;

namespace Chatalot.Bench.Crash;

/// <summary>The private PostgreSQL of the server's data folder, found by its <c>postmaster.pid</c>.</summary>
internal sealed class Postmaster(string dataFolder)
{
    /// <summary>Kills it at once. Its other processes notice and end by themselves.</summary>
    /// <exception cref="IOException">No PostgreSQL runs in that folder.</exception>
    public void Kill()
    {
        var file =
            Directory
                .EnumerateFiles(dataFolder, "postmaster.pid", SearchOption.AllDirectories)
                .MaxBy(File.GetLastWriteTimeUtc)
            ?? throw new IOException($"there is no postmaster.pid below {dataFolder}");
        var pid = int.Parse(File.ReadLines(file).First(), CultureInfo.InvariantCulture);
        // The file outlives a crash, and its number may by then belong to somebody else.
        if (
            !Processes.IsPostgres(pid)
            || Processes.WorkingFolderOf(pid) != Path.GetDirectoryName(Path.GetFullPath(file))
        )
            throw new IOException($"process {pid} of {file} is not the PostgreSQL of this folder");
        Signals.Kill(pid);
    }
}
