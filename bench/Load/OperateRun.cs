using Chatalot.Bench.Accounts;
using Chatalot.Bench.Crash;
using Chatalot.Bench.Machine;

namespace Chatalot.Bench.Load;

/// <summary>A fan-out load with monitoring beside it.</summary>
/// <param name="Load">What the load reached.</param>
/// <param name="Probe">What monitoring felt.</param>
/// <param name="ObservedRatio">
/// Sends a second with JSON lines and metrics that are read each second, by those with text lines and no metrics: the
/// median of the repeats; null when the server was not started by the run.
/// </param>
internal sealed record OperateResult(FanoutResult Load, ProbeResult Probe, double? ObservedRatio);

/// <summary>Health and metrics of a busy server, and what being observed costs it.</summary>
/// <param name="server">Where it is.</param>
/// <param name="metrics">Where its metrics are.</param>
/// <param name="api">Asks a server that was started whether it is well.</param>
/// <param name="seeder">Users and channels.</param>
/// <param name="meters">Finds the processes, once the server runs.</param>
internal sealed class OperateRun(Uri server, Uri metrics, ChatalotApi api, ISeeder seeder, Func<Meters> meters)
{
    private readonly Dictionary<string, string> _plain = new() { ["LOG_FORMAT"] = "text", ["METRICS_ADDR"] = "off" };
    private readonly Dictionary<string, string> _observed = new()
    {
        ["LOG_FORMAT"] = "json",
        ["METRICS_ADDR"] = metrics.Authority,
    };

    public Action<string>? Progress { get; init; }

    /// <summary>Measures a server that runs already.</summary>
    public async Task<OperateResult> RunAsync(FanoutPlan plan, CancellationToken ct)
    {
        using var probe = new OperationsProbe(server, metrics);
        var load = await FanOutAsync(plan, probe.RunAsync, ct);
        return new OperateResult(load, probe.Result, ObservedRatio: null);
    }

    /// <summary>
    /// Starts the server by a command, first plain and then observed, <paramref name="repeats"/> times.
    /// </summary>
    public async Task<OperateResult> RunAsync(FanoutPlan plan, string startCommand, int repeats, CancellationToken ct)
    {
        var ratios = new List<double>();
        for (var repeat = 1; repeat <= repeats; repeat++)
        {
            var plain = await StartedAsync(startCommand, _plain, () => FanOutAsync(plan, beside: null, ct), ct);
            using var probe = new OperationsProbe(server, metrics);
            var observed = await StartedAsync(
                startCommand,
                _observed,
                () => FanOutAsync(plan, probe.ScrapeAsync, ct),
                ct
            );
            ratios.Add(observed.SendsPerSecond / plain.SendsPerSecond);
        }
        ratios.Sort();
        var result = await StartedAsync(startCommand, _observed, () => RunAsync(plan, ct), ct);
        return result with { ObservedRatio = ratios[ratios.Count / 2] };
    }

    private Task<FanoutResult> FanOutAsync(
        FanoutPlan plan,
        Func<CancellationToken, Task>? beside,
        CancellationToken ct
    ) => new FanoutRun(server, seeder, meters()) { Progress = Progress, Beside = beside }.RunAsync(plan, ct);

    private async Task<T> StartedAsync<T>(
        string command,
        Dictionary<string, string> variables,
        Func<Task<T>> work,
        CancellationToken ct
    )
    {
        Progress?.Invoke("starting the server");
        using var process = new ServerProcess(command, server, api, variables);
        await process.StartAsync(ct);
        return await work();
    }
}
