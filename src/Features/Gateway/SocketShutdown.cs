using Chatalot.Features.Frames;
using Chatalot.Shared.Realtime;
using Microsoft.Extensions.Hosting;

namespace Chatalot.Features.Gateway;

/// <summary>
/// Says goodbye at shutdown: each socket hears <c>server_shutdown</c> with a random delay and is closed with 1001,
/// spread over a short while, so that not all clients come back in the same second.
/// </summary>
public sealed class SocketShutdown(Connections connections, RealtimeOptions options, TimeProvider clock)
    : IHostedLifecycleService
{
    private const int Steps = 20;
    private static readonly TimeSpan LongestReconnectDelay = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        var sockets = connections.All.ToArray();
        foreach (var group in sockets.Chunk(Math.Max(1, (sockets.Length + Steps - 1) / Steps)))
        {
            foreach (var socket in group)
            {
                var delay = Random.Shared.Next((int)LongestReconnectDelay.TotalMilliseconds);
                socket.Close(CloseCode.GoingAway, "server shutting down", Wire.Of(new ServerShutdownFrame(delay)));
            }
            if (sockets.Length > Steps)
                await Task.Delay(options.ShutdownSpread / Steps, clock, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
