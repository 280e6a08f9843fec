using Chatalot.Shared.Scheduling;
using Microsoft.Extensions.Logging;

namespace Chatalot.Features.Maintenance;

/// <summary>
/// Every 5 minutes: removes messages past their time to live, which their channel had when they were sent. Open clients
/// are told by the normal deletion event.
/// </summary>
[FailsAs("Failed to delete expired messages")]
public sealed partial class ExpireMessages(MessageSweep messages, TimeProvider clock, ILogger<ExpireMessages> logger)
    : IInvocable,
        ICancellableInvocable
{
    /// <inheritdoc/>
    public CancellationToken CancellationToken { get; set; }

    /// <inheritdoc/>
    public async Task Invoke()
    {
        var removed = await messages.RemoveAsync("expires_at <= $1", clock.GetUtcNow(), CancellationToken);
        if (removed > 0)
            LogExpired(removed);
    }

    [LoggerMessage(
        EventName = "MessagesExpired",
        Level = LogLevel.Information,
        Message = "Expired {Count} messages past their TTL"
    )]
    private partial void LogExpired(long count);
}
