using System.Diagnostics;
using Chatalot.Shared.Metrics;
using Microsoft.Extensions.Hosting;

namespace Chatalot.Features.Operations;

/// <summary>What the server did in a few seconds.</summary>
/// <param name="At">End of the interval.</param>
/// <param name="Sockets">Open sockets then.</param>
/// <param name="MessagesPerSecond">Messages that were committed.</param>
/// <param name="FramesPerSecond">Messages that were written to sockets.</param>
/// <param name="RequestsPerSecond">Requests that were answered.</param>
/// <param name="DeliveryP99Ms">99 of 100 deliveries took no longer; null: there were none.</param>
/// <param name="CpuPercent">Of one processor.</param>
/// <param name="MemoryBytes">Memory in RAM then.</param>
public sealed record LiveSample(
    DateTimeOffset At,
    double Sockets,
    double MessagesPerSecond,
    double FramesPerSecond,
    double RequestsPerSecond,
    double? DeliveryP99Ms,
    double CpuPercent,
    long MemoryBytes
);

/// <summary>
/// The last minutes in small steps, for people who look at the server now. A few additions every five seconds; long
/// histories are Prometheus' business.
/// </summary>
public sealed class LiveFigures(MetricsRegistry metrics, TimeProvider clock) : BackgroundService
{
    private const int Kept = 60;
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly Queue<LiveSample> samples = new(Kept);

    /// <summary>Oldest first, at most five minutes.</summary>
    public IReadOnlyList<LiveSample> Samples
    {
        get
        {
            lock (gate)
                return [.. samples];
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var before = Read();
        using var timer = new PeriodicTimer(Step, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var now = Read();
            lock (gate)
            {
                if (samples.Count == Kept)
                    samples.Dequeue();
                samples.Enqueue(Between(before, now));
            }
            before = now;
        }
    }

    private static LiveSample Between(Reading before, Reading now)
    {
        var seconds = Math.Max(0.001, (now.At - before.At).TotalSeconds);
        return new LiveSample(
            now.At,
            now.Sockets,
            Math.Round((now.Messages - before.Messages) / seconds, 1),
            Math.Round((now.Frames - before.Frames) / seconds, 1),
            Math.Round((now.Requests - before.Requests) / seconds, 1),
            Quantile(0.99, before.Delivery, now.Delivery) is { } p99 ? Math.Round(p99 * 1000, 2) : null,
            Math.Round(100 * (now.Cpu - before.Cpu).TotalSeconds / seconds, 1),
            now.Memory
        );
    }

    /// <summary>The upper bound of the bucket in which the quantile of the interval lies.</summary>
    internal static double? Quantile(
        double quantile,
        IReadOnlyList<(double Bound, long Count)> before,
        IReadOnlyList<(double Bound, long Count)> now
    )
    {
        if (now.Count == 0)
            return null;
        var counts = now.Select((bucket, i) => bucket.Count - (i < before.Count ? before[i].Count : 0)).ToList();
        if (counts[^1] <= 0)
            return null;
        var index = counts.FindIndex(count => count >= quantile * counts[^1]);
        return now[index].Bound;
    }

    private Reading Read()
    {
        using var process = Process.GetCurrentProcess();
        return new Reading(
            clock.GetUtcNow(),
            metrics.Sum("chatalot_socket_open"),
            metrics.Sum("chatalot_messages_stored_total"),
            metrics.Sum("chatalot_socket_frames_out_total"),
            metrics.Sum("chatalot_http_requests_total"),
            metrics.Buckets("chatalot_message_delivery_seconds"),
            process.TotalProcessorTime,
            process.WorkingSet64
        );
    }

    private sealed record Reading(
        DateTimeOffset At,
        double Sockets,
        double Messages,
        double Frames,
        double Requests,
        IReadOnlyList<(double Bound, long Count)> Delivery,
        TimeSpan Cpu,
        long Memory
    );
}
