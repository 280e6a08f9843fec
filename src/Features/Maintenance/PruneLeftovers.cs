using Chatalot.Shared.Scheduling;
using Microsoft.Extensions.Logging;

namespace Chatalot.Features.Maintenance;

/// <summary>
/// Hourly: forgets the small things that stop to matter by themselves: invites past their time, failed logins that no
/// longer count, slow-mode marks of yesterday, names that webhooks gave their posts more than two days ago, scheduled
/// messages that could not be posted a week ago.
/// </summary>
public sealed partial class PruneLeftovers(Sweep sweep, TimeProvider clock, ILogger<PruneLeftovers> logger)
    : IInvocable,
        ICancellableInvocable
{
    /// <summary>Expired invites stay visible to who made them for a while.</summary>
    private static readonly TimeSpan Invites = TimeSpan.FromDays(30);

    /// <summary>Far longer than any lock lasts.</summary>
    private static readonly TimeSpan LoginFailures = TimeSpan.FromDays(1);

    /// <summary>Longer than the longest slow mode, which is six hours.</summary>
    private static readonly TimeSpan SlowModeMarks = TimeSpan.FromDays(1);

    /// <summary>Nobody repeats a post after that.</summary>
    private static readonly TimeSpan WebhookPosts = TimeSpan.FromDays(2);

    /// <summary>Their authors were told, and find them in their lists until then.</summary>
    private static readonly TimeSpan FailedMessages = TimeSpan.FromDays(7);

    private static readonly string[] InviteTables = ["registration_invites", "community_invites", "group_invites"];

    /// <inheritdoc/>
    public CancellationToken CancellationToken { get; set; }

    /// <inheritdoc/>
    public async Task Invoke()
    {
        var now = clock.GetUtcNow();
        var invites = 0L;
        foreach (var table in InviteTables)
            invites += await sweep.DeleteAsync(table, "expires_at < $1", CancellationToken, now - Invites);
        var failures = await sweep.DeleteAsync(
            "login_failures",
            "last_failure_at < $1",
            CancellationToken,
            now - LoginFailures
        );
        var marks = await sweep.DeleteAsync(
            "slow_mode_marks",
            "last_sent < $1",
            CancellationToken,
            now - SlowModeMarks
        );
        var posts = await sweep.DeleteAsync("webhook_posts", "posted_at < $1", CancellationToken, now - WebhookPosts);
        var messages = await sweep.DeleteAsync(
            "scheduled_messages",
            "failed_at < $1",
            CancellationToken,
            now - FailedMessages
        );
        if (invites + failures + marks + posts + messages > 0)
            LogCleaned(invites, failures, marks, posts, messages);
    }

    [LoggerMessage(
        EventName = "LeftoversPruned",
        Level = LogLevel.Information,
        Message = "Cleaned up {Invites} expired invites, {Failures} old login failures, {Marks} slow mode marks, "
            + "{Posts} names of webhook posts, {Messages} scheduled messages that failed"
    )]
    private partial void LogCleaned(long invites, long failures, long marks, long posts, long messages);
}
