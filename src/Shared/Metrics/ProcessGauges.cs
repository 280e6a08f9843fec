using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Chatalot.Shared.Metrics;

/// <summary>The process as Prometheus' own clients describe it, so that ready-made dashboards fit.</summary>
internal sealed class ProcessGauges
{
    private readonly Process process = Process.GetCurrentProcess();

    public ProcessGauges(IMeterFactory meters)
    {
        var meter = meters.Create("Chatalot.Process");
        var startedAt = new DateTimeOffset(process.StartTime.ToUniversalTime()).ToUnixTimeMilliseconds() / 1000.0;
        meter.CreateObservableCounter(
            "process.cpu",
            () => Fresh().TotalProcessorTime.TotalSeconds,
            "s",
            "Processor time that the process has used."
        );
        meter.CreateObservableGauge(
            "process.resident_memory",
            () => Fresh().WorkingSet64,
            "By",
            "Memory that the process holds in RAM."
        );
        meter.CreateObservableGauge("process.start_time", () => startedAt, "s", "When the process started, Unix time.");
        if (Directory.Exists("/proc/self/fd"))
            meter.CreateObservableGauge(
                "process.open_fds",
                () => Directory.EnumerateFileSystemEntries("/proc/self/fd").Count(),
                null,
                "Open files and sockets."
            );
    }

    private Process Fresh()
    {
        process.Refresh();
        return process;
    }
}
