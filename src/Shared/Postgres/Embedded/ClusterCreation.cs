using System.Globalization;
using Chatalot.Shared.Storage;

namespace Chatalot.Shared.Postgres.Embedded;

/// <summary>Makes the cluster, once, and writes the settings it runs with.</summary>
internal static class ClusterCreation
{
    /// <summary>Name of the superuser, whose password only the chat server's user can read.</summary>
    public const string Superuser = "superuser";

    private static readonly string[] Locales = ["C.UTF-8", "C"];

    /// <summary>The one sync at the end is enough, and faster.</summary>
    private static readonly string[] InitDbOptions =
    [
        $"--username={Superuser}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--data-checksums",
        "--no-sync",
    ];

    /// <summary>
    /// Creates the cluster in a folder beside its place and moves it there when it is complete and on disk, so that a
    /// start that is killed half-way leaves nothing that a later one could mistake for a cluster.
    /// </summary>
    public static async Task CreateAsync(ClusterFolder folder, ServerPrograms programs, CancellationToken ct)
    {
        var unfinished = folder.InFolder("cluster.new");
        var passwordFile = folder.InFolder("initdb.password");
        var password = folder.PasswordOf(Superuser);
        try
        {
            ClusterFolder.WritePrivate(passwordFile, password);
            Posix.GiveTo(passwordFile, folder.Account);
            await InitializeAsync(folder, programs, unfinished, passwordFile, ct);
        }
        finally
        {
            File.Delete(passwordFile);
        }
        await File.AppendAllTextAsync(
            Path.Combine(unfinished, "postgresql.conf"),
            "\ninclude 'chatalot.conf'\ninclude_if_exists 'local.conf'\n",
            ct
        );
        var own = Path.Combine(unfinished, "local.conf");
        ClusterFolder.WritePrivate(own, "# Your own settings; they win over chatalot.conf.\n");
        Posix.GiveTo(own, folder.Account);
        await programs.RunAsync("initdb", ["-D", programs.Seen(unfinished), "--sync-only"], ct);
        Directory.Move(unfinished, folder.Cluster);
        FileSystem.SyncFolder(folder.Path);
    }

    /// <summary>Writes the settings of this version of the server over those of the last one.</summary>
    public static void WriteSettings(
        ClusterFolder folder,
        EmbeddedPostgresOptions options,
        string socketFolder,
        bool hasStatementStatistics
    )
    {
        var file = Path.Combine(folder.Cluster, "chatalot.conf");
        var durability = options.Durable ? "on" : "off";
        ClusterFolder.WritePrivate(
            file + ".new",
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                # Written by the chat server at each start: changes here are lost. Yours belong in local.conf.
                cluster_name = 'chatalot'

                # Nobody but this machine's server process reaches the database.
                listen_addresses = ''
                port = 5432
                unix_socket_directories = '{socketFolder.Replace("'", "''", StringComparison.Ordinal)}'
                unix_socket_permissions = 0700
                max_connections = {options.MaxConnections}

                # An acknowledged message is on disk.
                fsync = {durability}
                synchronous_commit = {durability}
                full_page_writes = {durability}

                # Modest: it shares the machine with the chat server. Chat queries are short, compiling them costs more
                # than it saves.
                shared_buffers = 128MB
                jit = off
                shared_preload_libraries = '{(hasStatementStatistics ? "pg_stat_statements" : "")}'

                # One log file for each day of the week.
                logging_collector = on
                log_directory = 'log'
                log_filename = 'postgresql-%a.log'
                log_truncate_on_rotation = on
                log_rotation_age = 1d
                log_rotation_size = 0
                log_line_prefix = '%m [%p] %a '
                log_checkpoints = off
                log_lock_waits = on
                log_timezone = 'UTC'
                timezone = 'UTC'

                """
            )
        );
        Posix.GiveTo(file + ".new", folder.Account);
        File.Move(file + ".new", file, overwrite: true);
    }

    private static async Task InitializeAsync(
        ClusterFolder folder,
        ServerPrograms programs,
        string unfinished,
        string passwordFile,
        CancellationToken ct
    )
    {
        EmbeddedPostgresException? failure = null;
        foreach (var locale in Locales)
        {
            if (Directory.Exists(unfinished))
                Directory.Delete(unfinished, recursive: true);
            Directory.CreateDirectory(
                unfinished,
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            );
            Posix.GiveTo(unfinished, folder.Account);
            try
            {
                await programs.RunAsync(
                    "initdb",
                    [
                        "-D",
                        programs.Seen(unfinished),
                        $"--pwfile={programs.Seen(passwordFile)}",
                        $"--locale={locale}",
                        .. InitDbOptions,
                    ],
                    ct
                );
                return;
            }
            catch (EmbeddedPostgresException reason)
            {
                // The first reason is the one to tell: the second locale is for machines that lack the first.
                failure ??= reason;
            }
        }
        throw failure!;
    }
}
