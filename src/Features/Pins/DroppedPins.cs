using Chatalot.Features.Frames;
using Chatalot.Shared.Postgres;
using Chatalot.Shared.Realtime;

namespace Chatalot.Features.Pins;

/// <summary>
/// Tells readers that a pin went with its message: deleted, quarantined, expired or purged (contract, messages.md B
/// 15). The database says so, because only it knows of all the ways in which a message goes. What was missed is seen at
/// the next look at the list of pins.
/// </summary>
internal sealed class DroppedPins(DatabaseSignals signals, Rooms rooms) : SignalListener(signals, "pin_dropped")
{
    /// <inheritdoc/>
    protected override ValueTask HearAsync(string payload)
    {
        if (
            payload.Split(' ') is [var channel, var message]
            && Guid.TryParse(channel, out var channelId)
            && Guid.TryParse(message, out var messageId)
        )
            rooms.Publish(channelId, Wire.Of(new MessageUnpinnedFrame(messageId, channelId)));
        return ValueTask.CompletedTask;
    }
}
