using System.Diagnostics;
using Chatalot.Bench.Accounts;
using Chatalot.Bench.Machine;

namespace Chatalot.Bench.Crash;

/// <summary>The server that a run starts, and kills or stops, by its command line.</summary>
/// <param name="command">The command line.</param>
/// <param name="address">Where it listens.</param>
/// <param name="api">Asks whether it is well.</param>
/// <param name="variables">What its environment has beside ours.</param>
internal sealed class ServerProcess(
    string command,
    Uri address,
    ChatalotApi api,
    IReadOnlyDictionary<string, string>? variables = null
) : IDisposable
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(30);

    private Process? _process;

    /// <summary>Starts it and waits until it is healthy; returns how long that took.</summary>
    /// <exception cref="IOException">The port is taken, or it ended or was not healthy within a minute.</exception>
    public async Task<TimeSpan> StartAsync(CancellationToken ct)
    {
        if (Processes.ListeningOn(address.Port) is { } other)
            throw new IOException($"process {other} listens on port {address.Port} already");
        _process?.Dispose();
        var started = Stopwatch.GetTimestamp();
        var start = new ProcessStartInfo("/bin/sh", ["-c", $"exec {command}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in variables ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        _process = Process.Start(start)!;
        // Nobody reads what it says, but a full pipe would stop it.
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        if (!await IsHealthyWithinAsync(LongestStart, ct))
            throw new IOException($"the server was not healthy {LongestStart.TotalSeconds} s after: {command}");
        return Stopwatch.GetElapsedTime(started);
    }

    public async Task<bool> IsHealthyWithinAsync(TimeSpan limit, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < limit)
        {
            if (await api.IsHealthyAsync(ct))
                return true;
            if (_process!.HasExited)
                throw new IOException($"the server ended with code {_process.ExitCode} after: {command}");
            await Task.Delay(50, ct);
        }
        return false;
    }

    /// <summary>Kills it at once, without a last word.</summary>
    public void Kill()
    {
        Signals.Kill(ServingPid());
        _process!.WaitForExit();
    }

    public void Dispose()
    {
        if (_process is { HasExited: false })
        {
            Signals.Terminate(ServingPid());
            if (!_process.WaitForExit(LongestStop))
                _process.Kill(entireProcessTree: true);
        }
        _process?.Dispose();
    }

    // A command that is a script may have started the server as its child.
    private int ServingPid() =>
        Processes.ListeningOn(address.Port) is { } pid && Processes.IsDescendant(pid, _process!.Id)
            ? pid
            : _process!.Id;
}
