using System.Diagnostics;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Integration.Tests.Postgres;

/// <summary>A data folder for one test that starts, stops, pauses and kills its own PostgreSQL.</summary>
public sealed class PrivateCluster : IAsyncDisposable
{
    private readonly List<EmbeddedPostgres> started = [];

    public string Folder { get; } = Path.Combine(Path.GetTempPath(), $"chatalot-cluster-{Guid.NewGuid():n}");

    public string Cluster => Path.Combine(Folder, "cluster");

    public LogLines<EmbeddedPostgres> Log { get; } = new();

    /// <summary>Off, it is faster; tests that kill PostgreSQL and look for what was committed need it.</summary>
    public bool IsDurable { get; init; }

    public EmbeddedPostgresOptions Options => new() { DataFolder = Folder, Durable = IsDurable };

    public async Task<EmbeddedPostgres> StartAsync()
    {
        var server = await EmbeddedPostgres.StartAsync(Options, Log, CancellationToken.None);
        started.Add(server);
        return server;
    }

    public static async Task<T> AskAsync<T>(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>
    /// Sends a signal (a name such as STOP) to the postmaster and, unless it is killed, to all its processes.
    /// </summary>
    public static async Task SignalAsync(int postmaster, string signal)
    {
        var processes = signal == "KILL" ? [] : Children(postmaster);
        using var kill = Process.Start("kill", [$"-{signal}", $"{postmaster}", .. processes]);
        await kill.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in started)
            await server.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private static string[] Children(int parent) =>
        File.ReadAllText($"/proc/{parent}/task/{parent}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
