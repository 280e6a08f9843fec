using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Chatalot.Features.Alerts;

/// <summary>Alerts when the disk of the stored files runs short, and when there is room again.</summary>
internal sealed partial class DiskAlerts(
    AlertOptions options,
    AlertWebhook webhook,
    TimeProvider clock,
    ILogger<DiskAlerts> logger
) : BackgroundService
{
    private const long MiB = 1024 * 1024;

    private bool isShort;
    private bool isUnreadable;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Webhook is null)
            return;
        using var timer = new PeriodicTimer(options.DiskInterval, clock);
        do
        {
            if (FreeBytes() is { } free)
                Watch(free);
        } while (await NextAsync(timer, stoppingToken));
    }

    private void Watch(long free)
    {
        if (!isShort && free < options.LeastFreeBytes)
            webhook.Post("disk_short", "critical", $"Chatalot's disk is nearly full: {free / MiB} MiB are free.");
        else if (isShort && free >= options.LeastFreeBytes)
            webhook.Post("disk_ok", "info", $"Chatalot's disk has room again: {free / MiB} MiB are free.");
        isShort = free < options.LeastFreeBytes;
    }

    /// <summary>
    /// Null while the folder is away, a mount for example: a watcher that fails would stop the server.
    /// </summary>
    private long? FreeBytes()
    {
        try
        {
            var free = new DriveInfo(Path.GetFullPath(options.StoragePath)).AvailableFreeSpace;
            isUnreadable = false;
            return free;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            if (!isUnreadable)
                LogUnreadable(failure.Message);
            isUnreadable = true;
            return null;
        }
    }

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken stopping)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(
        EventName = "DiskNotWatched",
        Level = LogLevel.Warning,
        Message = "The free space of the stored files' disk cannot be read: {Reason}"
    )]
    private partial void LogUnreadable(string reason);
}
