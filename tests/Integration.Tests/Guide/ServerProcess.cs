using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Chatalot.Integration.Tests.Infrastructure;

namespace Chatalot.Integration.Tests.Guide;

/// <summary>
/// The server as operators run it: a process that is configured by its environment and answers to signals.
/// </summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> lines = new();
    private readonly Process process;

    private ServerProcess(Process process, Uri address, string folder)
    {
        this.process = process;
        Address = address;
        Folder = folder;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>What runs the server of this build.</summary>
    public static string[] Command { get; } = ["dotnet", Path.Combine(AppContext.BaseDirectory, "chatalot-server.dll")];

    public Uri Address { get; }

    /// <summary>Its data folder.</summary>
    public string Folder { get; }

    public int Id => process.Id;

    /// <summary>What it wrote so far, standard error included.</summary>
    public IReadOnlyList<string> Lines => [.. lines];

    /// <summary>Starts on a database and waits until it listens.</summary>
    public static Task<ServerProcess> StartAsync(
        string connectionString,
        params (string Name, string Value)[] variables
    ) =>
        StartAsync(
            Command,
            Directory.CreateTempSubdirectory("chatalot-process-").FullName,
            connectionString,
            variables
        );

    /// <summary>Starts by a command of the test's own, which ends by becoming the server.</summary>
    public static async Task<ServerProcess> StartAsync(
        string[] command,
        string folder,
        string connectionString,
        params (string Name, string Value)[] variables
    )
    {
        var server = Begin(command, folder, connectionString, variables);
        try
        {
            await server.LineAsync("Listening on ");
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts without waiting for anything.</summary>
    public static ServerProcess Begin(params (string Name, string Value)[] variables) =>
        Begin(Command, Directory.CreateTempSubdirectory("chatalot-process-").FullName, "", variables);

    private static ServerProcess Begin(
        string[] command,
        string folder,
        string connectionString,
        params (string Name, string Value)[] variables
    )
    {
        var port = FreePort();
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        start.Environment["DATABASE_URL"] = connectionString;
        start.Environment["LISTEN_ADDR"] = $"127.0.0.1:{port}";
        start.Environment["DATA_PATH"] = folder;
        start.Environment["METRICS_ADDR"] = "off";
        start.Environment.Remove("RUST_LOG");
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        return new ServerProcess(Process.Start(start)!, new Uri($"http://127.0.0.1:{port}"), folder);
    }

    /// <summary>Waits until a line holds the text.</summary>
    public async Task<string> LineAsync(string text)
    {
        await Eventually.HoldsAsync(
            () => process.HasExited || Lines.Any(line => line.Contains(text)),
            $"a line with {text}"
        );
        Lines.ShouldContain(line => line.Contains(text), string.Join('\n', Lines));
        return Lines.First(line => line.Contains(text));
    }

    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Sends a signal and waits for the end; the result is the exit code.</summary>
    public async Task<int> StopAsync(string signal)
    {
        await SignalAsync(signal);
        return await EndAsync();
    }

    /// <summary>Waits for an end that comes without a signal; the result is the exit code.</summary>
    public async Task<int> EndAsync()
    {
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        // Another start may have used the folder and removed it.
        if (Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void Keep(string? line)
    {
        if (line is not null)
            lines.Enqueue(line);
    }
}
