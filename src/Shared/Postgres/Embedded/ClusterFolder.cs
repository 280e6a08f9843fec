using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Chatalot.Shared.Postgres.Embedded;

/// <summary>
/// The folder of one private cluster, held for this process alone by a lock that the kernel releases when the process
/// ends, however it ends.
/// <code>
/// lock                  held by the running chat server
/// superuser.password    made once, mode 600
/// chatalot.password     made once, mode 600
/// start.log             what the last start of PostgreSQL said before its own log took over
/// socket/               where PostgreSQL listens, unless the path is too long for a socket
/// cluster/              PostgreSQL's data, its own log in cluster/log
/// </code>
/// </summary>
internal sealed class ClusterFolder : IDisposable
{
    /// <summary>The longest socket path that the kernel takes, in bytes.</summary>
    private const int LongestSocketPath = 107;

    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Another user may pass through to a folder of its own, and sees nothing on the way.</summary>
    private const UnixFileMode PassThrough = Private | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly FileStream? heldLock;

    private ClusterFolder(string path, ServerAccount? account, FileStream? heldLock)
    {
        Path = path;
        Account = account;
        this.heldLock = heldLock;
    }

    /// <summary>Absolute path of the folder.</summary>
    public string Path { get; }

    /// <summary>Who owns the cluster when this process is root; null: this process's own user.</summary>
    public ServerAccount? Account { get; }

    public string Cluster => InFolder("cluster");

    public string StartLog => InFolder("start.log");

    /// <summary>Major version of the cluster, or null before it is created.</summary>
    public int? MajorVersion =>
        File.Exists(InFolder("cluster/PG_VERSION"))
            ? int.Parse(File.ReadAllText(InFolder("cluster/PG_VERSION")).Split('.')[0], CultureInfo.InvariantCulture)
            : null;

    /// <summary>Creates the folder when missing and takes its lock.</summary>
    /// <exception cref="EmbeddedPostgresException">Another process holds it, or it cannot be written.</exception>
    public static ClusterFolder Open(string path, ServerAccount? account)
    {
        path = System.IO.Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(path);
            File.SetUnixFileMode(path, account is null ? Private : PassThrough);
        }
        catch (Exception reason) when (reason is IOException or UnauthorizedAccessException)
        {
            throw new EmbeddedPostgresException($"Cannot use the data folder {path}: {reason.Message}", reason);
        }
        try
        {
            var held = new FileStream(
                System.IO.Path.Combine(path, "lock"),
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.None
            );
            return new ClusterFolder(path, account, held);
        }
        catch (IOException reason)
        {
            throw new EmbeddedPostgresException(
                $"Another running server uses the database in {path}. Stop it first, or choose another data folder.",
                reason
            );
        }
    }

    /// <summary>The folder as it is, without taking it from the server that may hold it.</summary>
    public static ClusterFolder Look(string path) =>
        new(System.IO.Path.GetFullPath(path), account: null, heldLock: null);

    /// <summary>Full path of something in the folder.</summary>
    public string InFolder(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>
    /// The password of this role, made at first use and kept in a file that only this process's user reads.
    /// </summary>
    /// <exception cref="EmbeddedPostgresException">
    /// The cluster exists but the superuser's password file is gone.
    /// </exception>
    public string PasswordOf(string role, bool mustExist = false)
    {
        var file = InFolder($"{role}.password");
        if (File.Exists(file))
            return File.ReadAllText(file).Trim();
        if (mustExist)
            throw new EmbeddedPostgresException($"{file} is missing. Put it back from a backup of {Path}.");
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        WritePrivate(file + ".new", password);
        File.Move(file + ".new", file);
        return password;
    }

    /// <summary>Writes a file that only its owner reads, from its first byte on.</summary>
    public static void WritePrivate(string file, string text)
    {
        File.Delete(file);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using var stream = new FileStream(file, options);
        stream.Write(Encoding.UTF8.GetBytes(text));
        stream.Flush(flushToDisk: true);
    }

    /// <summary>
    /// Makes the private folder for the server's socket: inside this folder, or where paths are short when this one is
    /// too long or <paramref name="hidden"/> from the server's user.
    /// </summary>
    /// <exception cref="EmbeddedPostgresException">Somebody else has taken the short path.</exception>
    public string CreateSocketFolder(bool hidden)
    {
        var folder = InFolder("socket");
        if (hidden || Encoding.UTF8.GetByteCount($"{folder}/.s.PGSQL.5432") > LongestSocketPath)
            folder = ShortFolder;
        try
        {
            var created = Directory.CreateDirectory(folder, Private);
            if (created.LinkTarget is not null)
                throw new EmbeddedPostgresException($"{folder} is a link; remove it.");
            // Only its owner may change the mode: this also refuses a folder that another user put there first.
            File.SetUnixFileMode(folder, Private);
            Posix.GiveTo(folder, Account);
            return folder;
        }
        catch (Exception reason) when (reason is IOException or UnauthorizedAccessException)
        {
            throw new EmbeddedPostgresException($"Cannot use {folder} for the socket: {reason.Message}", reason);
        }
    }

    /// <summary>Removes a socket folder that was made outside this folder, where it would be litter.</summary>
    public void RemoveSocketFolder(string used)
    {
        if (used == ShortFolder && Directory.Exists(used))
            Directory.Delete(used, recursive: true);
    }

    /// <summary>
    /// Removes what a killed server left where it listened. Call only while no server of this cluster lives: PostgreSQL
    /// itself goes by the process id in the lock file, which may be a zombie's or somebody else's by now.
    /// </summary>
    public static void ClearSocketFolder(string socketFolder)
    {
        foreach (var left in Directory.EnumerateFiles(socketFolder, ".s.PGSQL.*"))
            File.Delete(left);
    }

    /// <summary>Lets the next server in.</summary>
    public void Dispose() => heldLock?.Dispose();

    private string ShortFolder
    {
        get
        {
            var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path)))[..16];
            // Nobody but root writes to /run; in /tmp the check of the owner above keeps other users out.
            return Account is not null && Directory.Exists("/run") ? $"/run/chatalot-{key}" : $"/tmp/chatalot-{key}";
        }
    }
}
