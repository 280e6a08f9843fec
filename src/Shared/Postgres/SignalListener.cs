using Microsoft.Extensions.Hosting;

namespace Chatalot.Shared.Postgres;

/// <summary>
/// Hears the signals of one channel while the server runs (<see cref="DatabaseSignals"/>). For news that clients also
/// find elsewhere: what is signalled while the connection is interrupted is not heard.
/// </summary>
/// <param name="signals">All signals.</param>
/// <param name="channel">Which of them.</param>
public abstract class SignalListener(DatabaseSignals signals, string channel) : IHostedService
{
    private IDisposable? subscription;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        subscription = signals.Subscribe(channel, HearAsync, onMissed: static () => { });
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        subscription?.Dispose();
        return Task.CompletedTask;
    }

    /// <summary>Gets each payload, one after the other; slow work belongs elsewhere.</summary>
    protected abstract ValueTask HearAsync(string payload);
}
