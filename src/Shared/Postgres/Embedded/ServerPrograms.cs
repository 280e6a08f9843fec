using System.Diagnostics;

namespace Chatalot.Shared.Postgres.Embedded;

/// <summary>
/// Starts PostgreSQL's programs as the right user, in the right view of the file system, with an environment that holds
/// none of this process's secrets.
/// </summary>
internal sealed class ServerPrograms
{
    private const string MountPoint = "/mnt";

    private static readonly string[] UserSwitch = ["--clear-groups", "--inh-caps=-all", "--no-new-privs"];

    private readonly PostgresBinaries binaries;
    private readonly ClusterFolder folder;

    /// <summary>Finds out how the server's user reaches the folder.</summary>
    /// <exception cref="EmbeddedPostgresException">It cannot, and a private mount is not possible here.</exception>
    public ServerPrograms(PostgresBinaries binaries, ClusterFolder folder)
    {
        this.binaries = binaries;
        this.folder = folder;
        if (folder.Account is not { } account || Succeeds(AsAccount(account, "test", "-x", folder.Path)))
            return;
        IsHidden = true;
        if (Succeeds(InPrivateMount(AsAccount(account, "test", "-x", MountPoint))))
            return;
        if (!Succeeds(AsAccount(account, "test", "-x", "/")))
            throw new EmbeddedPostgresException(
                $"Cannot run programs as user '{account.Name}', as whom PostgreSQL must run: is setpriv (util-linux) "
                    + "missing? Install it, or start the server as an unprivileged user."
            );
        var blocking = Ancestors(folder.Path).First(path => !Succeeds(AsAccount(account, "test", "-x", path)));
        throw new EmbeddedPostgresException(
            $"PostgreSQL runs as user '{account.Name}', which may not enter {blocking}. "
                + $"Choose a data folder elsewhere (for example /var/lib/chatalot), or allow it: chmod o+x {blocking}"
        );
    }

    /// <summary>
    /// True when a parent of the folder is closed to the server's user (a checkout below /root). The server then sees
    /// the folder through a mount that exists for it alone, and nobody's permissions are changed.
    /// </summary>
    public bool IsHidden { get; }

    /// <summary>The path under which the server's programs find this path of the folder.</summary>
    public string Seen(string path) =>
        IsHidden ? Path.Combine(MountPoint, Path.GetRelativePath(folder.Path, path)) : path;

    /// <summary>Starts the postmaster in a session of its own: Ctrl-C at our terminal is ours to handle.</summary>
    public Process StartPostmaster()
    {
        var command = Wrapped("postgres", "-D", Seen(folder.Cluster));
        // macOS has no such program; there Ctrl-C ends both at once, which is the same fast shutdown.
        return Start(OperatingSystem.IsLinux() ? ["setsid", .. command] : command, folder.StartLog);
    }

    /// <summary>Runs one of the server's programs to its end.</summary>
    /// <exception cref="EmbeddedPostgresException">It failed; the message holds what it said.</exception>
    public async Task RunAsync(string program, string[] arguments, CancellationToken ct)
    {
        var log = folder.InFolder($"{program}.log");
        using var process = Start(Wrapped(program, arguments), log);
        try
        {
            await process.WaitForExitAsync(ct);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        var said = await File.ReadAllTextAsync(log, CancellationToken.None);
        File.Delete(log);
        if (process.ExitCode != 0)
            throw new EmbeddedPostgresException($"{program} failed with code {process.ExitCode}: {said.Trim()}");
    }

    private string[] Wrapped(string program, params string[] arguments)
    {
        string[] command = [binaries.PathOf(program), .. arguments];
        if (folder.Account is not { } account)
            return command;
        command = AsAccount(account, command);
        return IsHidden ? InPrivateMount(command) : command;
    }

    private static string[] AsAccount(ServerAccount account, params string[] command) =>
        ["setpriv", $"--reuid={account.UserId}", $"--regid={account.GroupId}", .. UserSwitch, "--", .. command];

    private string[] InPrivateMount(string[] command) =>
        [
            .. new[] { "unshare", "--mount", "--propagation", "private", "/bin/sh", "-c" },
            $"mount --bind \"$0\" {MountPoint} && exec \"$@\"",
            folder.Path,
            .. command,
        ];

    /// <summary>
    /// The output goes to a file, not to a pipe that would break with this process: the server may outlive it.
    /// </summary>
    private static Process Start(string[] command, string log)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" </dev/null >\"$0\" 2>&1", log, .. command])
        {
            WorkingDirectory = "/",
        };
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        start.Environment["LANG"] = "C";
        start.Environment["TZ"] = "UTC";
        return Process.Start(start)!;
    }

    private static bool Succeeds(string[] command)
    {
        using var process = Start(command, "/dev/null");
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private static IEnumerable<string> Ancestors(string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return Enumerable.Range(1, parts.Length).Select(count => "/" + string.Join('/', parts[..count]));
    }
}
