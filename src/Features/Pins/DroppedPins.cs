using Chatalot.Features.Frames;
using Chatalot.Shared.Postgres;
using Chatalot.Shared.Realtime;
using Microsoft.Extensions.Hosting;

namespace Chatalot.Features.Pins;

/// <summary>
/// Tells readers that a pin went with its message: deleted, quarantined, expired or purged (contract, messages.md B
/// 15). The database says so, because only it knows of all the ways in which a message goes.
/// </summary>
internal sealed class DroppedPins(DatabaseSignals signals, Rooms rooms) : IHostedService
{
    private IDisposable? subscription;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // What was missed is seen at the next look at the list of pins.
        subscription = signals.Subscribe("pin_dropped", OnDropped, static () => { });
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        subscription?.Dispose();
        return Task.CompletedTask;
    }

    private ValueTask OnDropped(string pin)
    {
        if (
            pin.Split(' ') is [var channel, var message]
            && Guid.TryParse(channel, out var channelId)
            && Guid.TryParse(message, out var messageId)
        )
            rooms.Publish(channelId, Wire.Of(new MessageUnpinnedFrame(messageId, channelId)));
        return ValueTask.CompletedTask;
    }
}
