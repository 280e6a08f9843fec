using Chatalot.Features.Frames;
using Chatalot.Shared.Postgres;
using Chatalot.Shared.Realtime;
using Microsoft.Extensions.Hosting;

namespace Chatalot.Features.Settings;

/// <summary>Tells every open socket of every process what holds from now on.</summary>
internal sealed class SettingsBroadcast(InstanceSettings settings, DatabaseSignals signals, Connections connections)
    : IHostedService
{
    private IDisposable? subscription;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Clients ask at their start, so what was missed is not lost.
        subscription = signals.Subscribe(InstanceSettings.Channel, OnChangedAsync, onMissed: () => { });
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        subscription?.Dispose();
        return Task.CompletedTask;
    }

    private async ValueTask OnChangedAsync(string payload)
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
