using Chatalot.Bench.Accounts;
using Chatalot.Bench.Machine;
using Chatalot.Bench.Wire;

namespace Chatalot.Bench.Load;

/// <summary>Uploads at a time, and what a lone sender's messages feel of them.</summary>
/// <param name="Parallel">Uploads at a time, each by a user of their own.</param>
/// <param name="FileBytes">Size of each.</param>
/// <param name="Seconds">How long messages are measured, first alone and then meanwhile; uploads go on as long.</param>
internal sealed record FilesPlan(int Parallel, long FileBytes, double Seconds);

/// <summary>What a run measured.</summary>
internal sealed record FilesResult
{
    public required FilesPlan Plan { get; init; }

    /// <summary>Uploads that arrived with the right checksum.</summary>
    public required int Uploads { get; init; }

    /// <summary>Uploads whose checksum was another one.</summary>
    public required int Damaged { get; init; }

    /// <summary>Of all uploads together, from the first byte of the first to the answer to the last.</summary>
    public required double MbPerSecond { get; init; }

    /// <summary><c>cp</c> and then <c>sha256sum</c> of one such file, one after the other.</summary>
    public required double FloorMbPerSecond { get; init; }

    public double Ratio => MbPerSecond / FloorMbPerSecond;

    /// <summary>Echo of the lone sender while nobody uploads.</summary>
    public required LatencySummary QuietEcho { get; init; }

    /// <summary>The same while the uploads run.</summary>
    public required LatencySummary BusyEcho { get; init; }

    /// <summary>Resident memory of the server before the uploads.</summary>
    public required double? ServerMbBefore { get; init; }

    /// <summary>The most of it, looked at twenty times a second.</summary>
    public required double? ServerMbPeak { get; init; }

    /// <summary>No message was lost or refused and no file was damaged.</summary>
    public required bool IsClean { get; init; }
}

/// <summary>
/// Uploads files over and over while one sender's echo is measured. Nothing of them is left on the server.
/// </summary>
internal sealed class FilesRun(ChatalotApi api, AccountPool accounts, FanoutRun messages, Meters meters)
{
    private const double Mb = 1_000_000;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    public Action<string>? Progress { get; init; }

    public async Task<FilesResult> RunAsync(FilesPlan plan, double floorMbPerSecond, CancellationToken ct)
    {
        var users = await accounts.TakeAsync(plan.Parallel, ct);
        Progress?.Invoke("making files");
        var files = users.Select(_ => new UploadedFile(plan.FileBytes)).ToList();
        var echo = new FanoutPlan(Rooms: 1, Members: 2, Senders: 1, Outstanding: 1, Seconds: plan.Seconds, Rate: 50);
        var quiet = await messages.RunAsync(echo, ct);

        var before = meters.Read().Server?.ResidentMb;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var peak = WatchMemoryAsync(done.Token);
        var began = Clock.Microseconds;
        var uploads = Task.WhenAll(
            users.Zip(files).Select(pair => UploadAsync(pair.First, pair.Second, stop.Token, ct))
        );
        var busy = await messages.RunAsync(echo, ct);
        await stop.CancelAsync();
        var counts = await uploads;
        var seconds = (Clock.Microseconds - began) / 1_000_000.0;
        await done.CancelAsync();
        return new FilesResult
        {
            Plan = plan,
            Uploads = counts.Sum(count => count.Whole),
            Damaged = counts.Sum(count => count.Damaged),
            MbPerSecond = counts.Sum(count => count.Whole) * plan.FileBytes / Mb / seconds,
            FloorMbPerSecond = floorMbPerSecond,
            QuietEcho = quiet.AcknowledgeLatency,
            BusyEcho = busy.AcknowledgeLatency,
            ServerMbBefore = before,
            ServerMbPeak = await peak,
            IsClean = quiet.IsClean && busy.IsClean && counts.All(count => count.Damaged == 0),
        };
    }

    /// <summary>
    /// At least once, and again until it is told to stop; each file is deleted again before the next.
    /// </summary>
    private async Task<(int Whole, int Damaged)> UploadAsync(
        Account user,
        UploadedFile file,
        CancellationToken stop,
        CancellationToken ct
    )
    {
        var (whole, damaged) = (0, 0);
        do
        {
            var id = await api.UploadAsync(user.AccessToken, file.AsContent, ct);
            if (await api.ChecksumAsync(user.AccessToken, id, ct) == file.Checksum)
                whole++;
            else
                damaged++;
            await api.DeleteFileAsync(user.AccessToken, id, ct);
        } while (!stop.IsCancellationRequested);
        return (whole, damaged);
    }

    private async Task<double?> WatchMemoryAsync(CancellationToken done)
    {
        double? peak = null;
        while (!done.IsCancellationRequested)
        {
            if (meters.Read().Server?.ResidentMb is { } now && !(now <= peak))
                peak = now;
            await Task.Delay(Look, CancellationToken.None);
        }
        return peak;
    }
}
