using Chatalot.Features.Frames;
using Chatalot.Shared.Postgres;
using Chatalot.Shared.Realtime;

namespace Chatalot.Features.Settings;

/// <summary>
/// Tells every open socket of every process what holds from now on. Clients ask at their start, so what was missed is
/// not lost.
/// </summary>
internal sealed class SettingsBroadcast(InstanceSettings settings, DatabaseSignals signals, Connections connections)
    : SignalListener(signals, InstanceSettings.Channel)
{
    /// <inheritdoc/>
    protected override async ValueTask HearAsync(string payload)
    {
        // Whoever hears the signal first: what is told must be what holds now.
        settings.Invalidate();
        var now = await settings.CurrentAsync(CancellationToken.None);
        var frame = Wire.Of(
            new SettingsUpdatedFrame(now.MaxMessagesCache, now.MaxPinsPerChannel, now.IsEndToEndEncrypted)
        );
        foreach (var connection in connections.All)
            connection.Send(frame);
    }
}
