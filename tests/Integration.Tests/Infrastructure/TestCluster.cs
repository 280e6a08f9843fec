using System.Diagnostics;
using Chatalot.Shared.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Chatalot.Integration.Tests.Infrastructure;

/// <summary>
/// The one private PostgreSQL cluster of a test run: started by the first test that needs it, stopped and deleted with
/// the test process. Durability is off, so it is fast; tests about durability start a cluster of their own.
/// </summary>
public sealed class TestCluster
{
    private const string Template = "chatalot_template";

    private static readonly Lazy<Task<TestCluster>> Instance = new(StartAsync);

    /// <summary>Kept, because its input must stay open until this process ends.</summary>
    private static Process? undertaker;

    private readonly EmbeddedPostgres server;
    private readonly Lazy<Task> template;
    private readonly CloneShelf clones;

    private TestCluster(EmbeddedPostgres server)
    {
        this.server = server;
        template = new Lazy<Task>(PrepareTemplateAsync);
        clones = new CloneShelf(MakeCloneAsync, DropDatabaseAsync);
    }

    /// <summary>The running cluster.</summary>
    public static Task<TestCluster> GetAsync() => Instance.Value;

    /// <summary>How the application's role connects to a database of the cluster.</summary>
    public string ConnectionString(string database) =>
        new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = database }.ConnectionString;

    /// <summary>A new database of the application's role with the server's schema; the result is its name.</summary>
    internal Task<string> TakeDatabaseAsync() => clones.TakeAsync();

    /// <summary>A new database of the application's role with the extensions and no tables.</summary>
    internal async Task<string> CreateEmptyDatabaseAsync()
    {
        var name = NewName();
        // The launcher's own database has the extensions and no tables.
        await CloneAsync("chatalot", name);
        return name;
    }

    /// <summary>Has a database dropped soon, whoever is still connected to it.</summary>
    internal void LeaveDatabase(string name) => clones.Leave(name);

    /// <summary>Shuts everybody out of a database, connections that are open too, or lets them in again.</summary>
    internal async Task AllowConnectionsAsync(string name, bool allow)
    {
        await ExecuteAsync($"alter database {name} allow_connections {allow}");
        if (!allow)
            await ExecuteAsync($"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'");
    }

    private static async Task<TestCluster> StartAsync()
    {
        var folder = Path.Combine(Path.GetTempPath(), $"chatalot-tests-{Guid.NewGuid():n}");
        RemoveAfterThisProcess(folder);
        var options = new EmbeddedPostgresOptions
        {
            DataFolder = folder,
            Durable = false,
            MaxConnections = 400,
        };
        return new TestCluster(await EmbeddedPostgres.StartAsync(options, NullLogger.Instance, CancellationToken.None));
    }

    /// <summary>
    /// The test runner ends test processes without mercy, so the clean-up is a process of its own that waits for the
    /// end of its input, which comes when this process ends, however it ends.
    /// </summary>
    private static void RemoveAfterThisProcess(string folder)
    {
        const string script = """
            exec >/dev/null 2>&1
            cat
            kill -QUIT "$(head -n 1 "$0/cluster/postmaster.pid")"
            for _ in $(seq 100); do [ -e "$0/cluster/postmaster.pid" ] || break; sleep 0.05; done
            rm -rf "$0"
            """;
        var start = new ProcessStartInfo("setsid", ["sh", "-c", script, folder]) { RedirectStandardInput = true };
        undertaker = Process.Start(start);
    }

    private static string NewName() => $"test_{Guid.NewGuid():n}";

    private async Task<string> MakeCloneAsync()
    {
        await template.Value;
        var name = NewName();
        await CloneAsync(Template, name);
        return name;
    }

    private async Task PrepareTemplateAsync()
    {
        await CloneAsync("chatalot", Template);
        await TestServer.MigrateAsync(ConnectionString(Template));
    }

    /// <summary>Copies files, which is faster than the copy through the log where nothing is synced to disk.</summary>
    private Task CloneAsync(string source, string name) =>
        ExecuteAsync($"create database {name} template {source} owner chatalot strategy file_copy");

    private Task DropDatabaseAsync(string name) => ExecuteAsync($"drop database if exists {name} with (force)");

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(server.SuperuserConnectionString("postgres"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
