using Chatalot.Features.Departures;
using Chatalot.Features.Exports;
using Chatalot.Features.Gateway;
using Chatalot.Features.Maintenance;
using Chatalot.Features.Previews;
using Chatalot.Features.ScheduledMessages;
using Chatalot.Features.Voice;
using Chatalot.Shared.Scheduling;

namespace Chatalot.Host;

/// <summary>
/// What runs when (UTC). What prevents overlapping runs once over all server processes on the database; the others
/// clear memory and run in each.
/// </summary>
internal static class MaintenanceSchedule
{
    /// <summary>The whole schedule.</summary>
    public static void Configure(IScheduler schedule)
    {
        schedule.Schedule<PruneRefreshTokens>().Hourly().PreventOverlapping();
        schedule.Schedule<PrunePrekeys>().Hourly().PreventOverlapping();
        schedule.Schedule<PruneAuditLog>().Hourly().PreventOverlapping();
        schedule.Schedule<PruneFailedPushSubscriptions>().Hourly().PreventOverlapping();
        schedule.Schedule<PruneStalePushSubscriptions>().Hourly().PreventOverlapping();
        schedule.Schedule<PruneTimeouts>().EveryFiveMinutes().PreventOverlapping();
        schedule.Schedule<RemoveDepartedSenders>().EveryFiveMinutes().PreventOverlapping();
        schedule.Schedule<PruneLeftovers>().Hourly().PreventOverlapping();
        schedule.Schedule<EndOrphanedCalls>().Hourly().PreventOverlapping();
        schedule.Schedule<RemoveIdleRooms>().EveryFiveMinutes();
        schedule.Schedule<ExpireExports>().Hourly().PreventOverlapping();
        schedule.Schedule<DeliverScheduledMessages>().EveryThirtySeconds().PreventOverlapping();
        schedule.Schedule<EvictPreviews>().EveryTenMinutes();
        schedule.Schedule<ExpireMessages>().EveryFiveMinutes().PreventOverlapping();
        schedule.Schedule<PurgeDeletedMessages>().DailyAt(3, 20).PreventOverlapping();
        schedule.Schedule<SweepOrphanFiles>().DailyAt(4, 10).PreventOverlapping();
        schedule.Schedule<PruneMaintenanceRuns>().DailyAt(0, 5).PreventOverlapping();
    }
}
