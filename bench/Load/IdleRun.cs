using Chatalot.Bench.Accounts;
using Chatalot.Bench.Machine;
using Chatalot.Bench.Wire;

namespace Chatalot.Bench.Load;

/// <summary>What idle sockets cost.</summary>
internal sealed record IdleResult(
    int Sockets,
    int Channels,
    double AuthenticationsPerSecond,
    double ServerMbBefore,
    double ServerMbAfter,
    double ServerCpuSeconds,
    double IdleSeconds,
    int ClosedSockets
)
{
    /// <summary>Growth of the server's resident memory for each socket.</summary>
    public double KbPerSocket => (ServerMbAfter - ServerMbBefore) * 1024 / Sockets;
}

/// <summary>
/// Opens authenticated, subscribed sockets and leaves them idle. A hundred sockets that are opened first, and stay,
/// keep the one-time cost of compiling the server's code out of the figure.
/// </summary>
internal sealed class IdleRun(Uri server, ISeeder seeder, Meters meters)
{
    private const int WarmupSockets = 100;
    private const int ParallelOpenings = 16;
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(3);

    public Action<string>? Progress { get; init; }

    public async Task<IdleResult> RunAsync(int count, int channels, double idleSeconds, CancellationToken ct)
    {
        Progress?.Invoke("seeding users and channels");
        var (tokens, ids) = await seeder.SeedSocketsAsync(WarmupSockets + count, channels, ct);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var loop = new LoadLoop(new Timeline(0, 0, long.MaxValue), tokens.Count, outstanding: 0, rate: null);
        var reading = OwnThread.RunAsync(() => loop.Run(end.Token), ct);
        var sockets = new ClientSocket?[tokens.Count];
        try
        {
            await OpenAsync(tokens, ids, sockets, 0, WarmupSockets, loop, ct);
            await Task.Delay(Settling, ct);
            var before = meters.Read();
            var started = Clock.Microseconds;
            await OpenAsync(tokens, ids, sockets, WarmupSockets, count, loop, ct);
            var openSeconds = (Clock.Microseconds - started) / 1_000_000.0;
            await Task.Delay(Settling, ct);
            var settled = meters.Read();
            Progress?.Invoke("idle");
            await Task.Delay(TimeSpan.FromSeconds(idleSeconds), ct);
            var after = meters.Read();
            return new IdleResult(
                count,
                channels,
                count / openSeconds,
                before.Server?.ResidentMb ?? double.NaN,
                after.Server?.ResidentMb ?? double.NaN,
                after.Server?.CpuSeconds - settled.Server?.CpuSeconds ?? double.NaN,
                idleSeconds,
                loop.Counters.ClosedSockets
            );
        }
        finally
        {
            await end.CancelAsync();
            await reading;
            foreach (var socket in sockets)
                socket?.Dispose();
        }
    }

    private Task OpenAsync(
        IReadOnlyList<string> tokens,
        IReadOnlyList<Guid> channels,
        ClientSocket?[] sockets,
        int first,
        int count,
        LoadLoop loop,
        CancellationToken ct
    ) =>
        Task.Run(
            () =>
                ManyThreads.Run(
                    ParallelOpenings,
                    count,
                    i =>
                    {
                        var socket = SocketOpening.Open(server, tokens[first + i], channels);
                        sockets[first + i] = socket;
                        loop.Add(
                            new Member(loop, socket, senders: 0, sender: null, keepsLog: false) { IsPrompt = false }
                        );
                        if (i % 100 == 0)
                            Progress?.Invoke($"opened {first + i} sockets");
                    },
                    ct
                ),
            ct
        );
}
