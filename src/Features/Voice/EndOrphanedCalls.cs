using Chatalot.Shared.Scheduling;
using Microsoft.Extensions.Logging;

namespace Chatalot.Features.Voice;

/// <summary>Hourly: ends calls in which nobody is any more, and those of server processes that died.</summary>
[FailsAs("Failed to clean orphaned voice sessions")]
public sealed partial class EndOrphanedCalls : IInvocable, ICancellableInvocable
{
    private readonly CallStore store;
    private readonly VoiceOptions options;
    private readonly JobReport report;
    private readonly TimeProvider clock;
    private readonly ILogger<EndOrphanedCalls> logger;

    internal EndOrphanedCalls(
        CallStore store,
        VoiceOptions options,
        JobReport report,
        TimeProvider clock,
        ILogger<EndOrphanedCalls> logger
    ) => (this.store, this.options, this.report, this.clock, this.logger) = (store, options, report, clock, logger);

    /// <inheritdoc/>
    public CancellationToken CancellationToken { get; set; }

    /// <inheritdoc/>
    public async Task Invoke()
    {
        var ended = await store.EndOrphansAsync(clock.GetUtcNow() - options.DeadAfter, CancellationToken);
        report.Items += ended;
        if (ended > 0)
            LogEnded(ended);
    }

    [LoggerMessage(
        EventName = "OrphanedCallsEnded",
        Level = LogLevel.Information,
        Message = "Cleaned up {Count} orphaned voice sessions"
    )]
    private partial void LogEnded(int count);
}
