using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Shared.Scheduling;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Integration.Tests.Maintenance;

/// <summary>What operators search for when a job fails (contract, operations.md 4.1).</summary>
public sealed class FailureLineTests
{
    private static readonly (string Job, string Table, string Words)[] Jobs =
    [
        ("PruneRefreshTokens", "sessions", "Failed to clean expired tokens"),
        ("PrunePrekeys", "one_time_prekeys", "Failed to clean used prekeys"),
        ("PruneAuditLog", "audit_log", "Failed to clean old audit logs"),
        ("EndOrphanedCalls", "voice_sessions", "Failed to clean orphaned voice sessions"),
        ("PruneFailedPushSubscriptions", "push_subscriptions", "Failed to clean push subscriptions"),
        ("PruneStalePushSubscriptions", "push_subscriptions", "Failed to clean stale push subscriptions"),
        ("PurgeDeletedMessages", "messages", "GC soft-delete cleanup failed"),
        ("SweepOrphanFiles", "files", "Orphan cleanup: failed to list DB files"),
        ("DeliverScheduledMessages", "scheduled_messages", "Failed to query due scheduled messages"),
        ("ExpireMessages", "messages", "Failed to delete expired messages"),
    ];

    [Fact]
    public async Task Given_a_table_that_is_gone_Then_each_job_fails_with_its_own_words_and_goes_on_at_its_next_tick()
    {
        await using var observed = await ObservedServer.StartAsync();
        var server = observed.Server;
        foreach (var table in Jobs.Select(job => job.Table).Distinct())
            await server.ExecuteAsync($"alter table {table} rename to {table}_gone");

        foreach (var (job, table, words) in Jobs)
        {
            var run = await server.Services.GetRequiredService<IJobs>().RunNowAsync(job, false, CancellationToken.None);

            run!.Outcome.ShouldBe("failed");
            var line = await observed.LineAsync($" WARN Chatalot.Maintenance: {words}: ");
            line.ShouldContain($"\"{table}\" does not exist");
            line.ShouldContain($"; {job} tries again at its next tick");
        }
    }
}
