using Chatalot.Features.Frames;
using Chatalot.Shared.Realtime;
using Microsoft.Extensions.Hosting;

namespace Chatalot.Features.Gateway;

/// <summary>
/// Sends every socket an unsolicited <c>pong</c> with the Unix time in seconds, each once an interval: web clients
/// count a line without it for 45 s as dead. One timer serves all sockets and spreads them over the interval.
/// </summary>
public sealed class Heartbeat(Connections connections, RealtimeOptions options, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var slots = Math.Max(1, (long)(options.HeartbeatInterval / Tick));
        using var timer = new PeriodicTimer(Tick, clock);
        for (var slot = 0L; await timer.WaitForNextTickAsync(stoppingToken); slot = (slot + 1) % slots)
        {
            var pong = Wire.Of(new PongFrame(clock.GetUtcNow().ToUnixTimeSeconds()));
            foreach (var connection in connections.All)
            {
                if (connection.Number % slots == slot)
                    connection.Send(pong);
            }
        }
    }
}
