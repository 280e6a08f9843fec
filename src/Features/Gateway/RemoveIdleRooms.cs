using Chatalot.Shared.Realtime;
using Chatalot.Shared.Scheduling;
using Microsoft.Extensions.Logging;

namespace Chatalot.Features.Gateway;

/// <summary>Every five minutes, in each process: forgets the channels that nobody listens to any more.</summary>
public sealed partial class RemoveIdleRooms(Rooms rooms, ILogger<RemoveIdleRooms> logger) : IInvocable
{
    /// <inheritdoc/>
    public Task Invoke()
    {
        if (rooms.RemoveIdle() is > 0 and var count)
            LogRemoved(logger, count);
        return Task.CompletedTask;
    }

    [LoggerMessage(
        EventName = "IdleRoomsRemoved",
        Level = LogLevel.Debug,
        Message = "Cleaned up {Count} idle broadcast channels"
    )]
    private static partial void LogRemoved(ILogger logger, int count);
}
