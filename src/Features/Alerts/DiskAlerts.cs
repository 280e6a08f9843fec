using Microsoft.Extensions.Hosting;

namespace Chatalot.Features.Alerts;

/// <summary>Alerts when the disk of the stored files runs short, and when there is room again.</summary>
internal sealed class DiskAlerts(AlertOptions options, AlertWebhook webhook, TimeProvider clock) : BackgroundService
{
    private const long MiB = 1024 * 1024;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Webhook is null)
            return;
        var isShort = false;
        using var timer = new PeriodicTimer(options.DiskInterval, clock);
        do
        {
            var free = new DriveInfo(Path.GetFullPath(options.StoragePath)).AvailableFreeSpace;
            if (!isShort && free < options.LeastFreeBytes)
                webhook.Post("disk_short", "critical", $"Chatalot's disk is nearly full: {free / MiB} MiB are free.");
            else if (isShort && free >= options.LeastFreeBytes)
                webhook.Post("disk_ok", "info", $"Chatalot's disk has room again: {free / MiB} MiB are free.");
            isShort = free < options.LeastFreeBytes;
        } while (await NextAsync(timer, stoppingToken));
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
}
