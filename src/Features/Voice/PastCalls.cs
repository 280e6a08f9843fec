using Chatalot.Shared.Postgres;
using Microsoft.Extensions.Hosting;

namespace Chatalot.Features.Voice;

/// <summary>
/// A start begins without calls, and clients that stayed on their page through it still show those that were. Whoever
/// subscribes to a channel with a call in the last days is told the list, an empty one too (contract, realtime.md E8).
/// </summary>
internal sealed class PastCalls(Calls calls, CallStore store, SchemaReadiness schema, TimeProvider clock)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestStay = TimeSpan.FromDays(3);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await schema.WaitAsync(stoppingToken);
        while (true)
        {
            try
            {
                calls.Remember(await store.ChannelsSinceAsync(clock.GetUtcNow() - LongestStay, stoppingToken));
                return;
            }
            catch (Exception away) when (DatabaseFailure.IsConnectionFailure(away))
            {
                // Asked again until it answers.
            }
            await Task.Delay(Interval, clock, stoppingToken);
        }
    }
}
