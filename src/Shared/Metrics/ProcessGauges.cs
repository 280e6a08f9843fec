using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Chatalot.Shared.Metrics;

/// <summary>The process as Prometheus' own clients describe it, so that ready-made dashboards fit.</summary>
internal sealed class ProcessGauges
{
    public ProcessGauges(IMeterFactory meters)
    {
        var meter = meters.Create("Chatalot.Process");
        using var process = Process.GetCurrentProcess();
        var startedAt = new DateTimeOffset(process.StartTime.ToUniversalTime()).ToUnixTimeMilliseconds() / 1000.0;
        meter.CreateObservableCounter(
            "process.cpu",
            () => Environment.CpuUsage.TotalTime.TotalSeconds,
            "s",
            "Processor time that the process has used."
        );
        meter.CreateObservableGauge(
            "process.resident_memory",
            () => Environment.WorkingSet,
            "By",
            "Memory that the process holds in RAM."
        );
        meter.CreateObservableGauge("process.start_time", () => startedAt, "s", "When the process started, Unix time.");
        if (Directory.Exists(OpenFiles.Folder))
            meter.CreateObservableGauge("process.open_fds", OpenFiles.Count, null, "Open files and sockets.");
    }
}
