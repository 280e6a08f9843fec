using Chatalot.Shared.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Chatalot.Features.Files;

/// <summary>
/// Removes what uploads left that ended with a crash, at start and every hour. A day without a byte is longer than any
/// connection lives, so uploads under way are safe, those of other processes too.
/// </summary>
internal sealed partial class AbandonedDrafts(Drafts drafts, TimeProvider clock, ILogger<AbandonedDrafts> log)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);
    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        using var timer = new PeriodicTimer(Interval, clock);
        do Remove();
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private void Remove()
    {
        try
        {
            var removed = drafts.RemoveAbandoned(clock.GetUtcNow() - Abandoned);
            if (removed > 0)
                LogRemoved(removed);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            LogFailed(failure);
        }
    }

    [LoggerMessage(
        EventName = "AbandonedUploadsRemoved",
        Level = LogLevel.Information,
        Message = "Removed {Count} abandoned uploads"
    )]
    private partial void LogRemoved(int count);

    [LoggerMessage(
        EventName = "AbandonedUploadsNotRemoved",
        Level = LogLevel.Warning,
        Message = "Abandoned uploads could not be removed"
    )]
    private partial void LogFailed(Exception failure);
}
