using Chatalot.Bench.Accounts;
using Chatalot.Bench.Machine;
using Chatalot.Bench.Wire;

namespace Chatalot.Bench.Load;

/// <summary>Seeds, opens the sockets, runs the loops and gathers what they counted.</summary>
internal sealed class FanoutRun(Uri server, ISeeder seeder, Meters meters)
{
    private const int ParallelOpenings = 8;

    /// <summary>Reports messages such as "opening sockets"; may be null.</summary>
    public Action<string>? Progress { get; init; }

    /// <summary>Runs while messages are measured, until it is cancelled; may be null.</summary>
    public Func<CancellationToken, Task>? Beside { get; init; }

    public async Task<FanoutResult> RunAsync(FanoutPlan plan, CancellationToken ct)
    {
        Progress?.Invoke("seeding users and channels");
        var seeded = await seeder.SeedRoomsAsync(plan.Rooms, plan.Members, plan.Senders, ct);
        Progress?.Invoke($"opening {plan.Rooms * plan.Members} sockets");
        var sockets = await Task.Run(() => OpenAll(seeded, ct), ct);

        var start = Clock.Microseconds + 200_000;
        var from = start + Microseconds(plan.WarmupSeconds);
        var timeline = new Timeline(start, from, from + Microseconds(plan.Seconds));
        var loops = MakeLoops(plan, timeline);
        try
        {
            var rooms = MakeRooms(plan, seeded, sockets, loops);
            GC.Collect();
            var threads = loops.Select(loop => OwnThread.RunAsync(() => loop.Run(ct), ct)).ToList();
            var (before, after) = await WatchAsync(timeline, loops, ct);
            await Task.WhenAll(threads);
            ct.ThrowIfCancellationRequested();
            return FanoutResult.From(plan, rooms, loops, before, after);
        }
        finally
        {
            loops.ForEach(loop => loop.Dispose());
            foreach (var socket in sockets)
                socket.Dispose();
        }
    }

    private static long Microseconds(double seconds) => (long)(seconds * 1_000_000);

    private ClientSocket[] OpenAll(IReadOnlyList<SeededRoom> rooms, CancellationToken ct)
    {
        var seats = rooms.SelectMany(room => room.Tokens.Select(token => (room.Channel, Token: token))).ToList();
        var sockets = new ClientSocket[seats.Count];
        ManyThreads.Run(
            ParallelOpenings,
            seats.Count,
            i => sockets[i] = SocketOpening.Open(server, seats[i].Token, [seats[i].Channel]),
            ct
        );
        return sockets;
    }

    private static List<LoadLoop> MakeLoops(FanoutPlan plan, Timeline timeline) =>
        [
            .. Enumerable
                .Range(0, plan.Threads)
                .Select(_ => new LoadLoop(
                    timeline,
                    plan.Rooms * plan.Members,
                    plan.Outstanding,
                    plan.Rate / plan.Threads
                )),
        ];

    private static List<Room> MakeRooms(
        FanoutPlan plan,
        IReadOnlyList<SeededRoom> seeded,
        ClientSocket[] sockets,
        List<LoadLoop> loops
    )
    {
        var rooms = new List<Room>();
        for (var i = 0; i < sockets.Length; i++)
        {
            var seat = i % plan.Members;
            if (seat == 0)
                rooms.Add(new Room(plan.Members));
            var loop = loops[i % loops.Count];
            var sends = seat < plan.Senders;
            var sender = sends ? new Sender(seat, seeded[i / plan.Members].Channel, plan.Bytes) : null;
            var sampled = (seat - plan.Senders) % FanoutPlan.LatencySample == 0;
            var keepsLog = sends || seat == plan.Senders;
            var member = new Member(loop, sockets[i], plan.Senders, sender, keepsLog) { IsPrompt = sends || sampled };
            rooms[^1].Add(member);
            loop.Add(member);
        }
        return rooms;
    }

    private async Task<(MachineUsage Before, MachineUsage After)> WatchAsync(
        Timeline timeline,
        List<LoadLoop> loops,
        CancellationToken ct
    )
    {
        await WaitUntilAsync(timeline.MeasureFrom, "warming up", loops, ct);
        var before = meters.Read();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var beside = Beside?.Invoke(over.Token) ?? Task.CompletedTask;
        await WaitUntilAsync(timeline.MeasureUntil, "measuring", loops, ct);
        var after = meters.Read();
        await over.CancelAsync();
        await beside;
        Progress?.Invoke("waiting for the last deliveries");
        return (before, after);
    }

    private async Task WaitUntilAsync(long moment, string what, List<LoadLoop> loops, CancellationToken ct)
    {
        while (moment - Clock.Microseconds is > 0 and var left)
        {
            Progress?.Invoke(
                $"{what}: {left / 1_000_000.0:0.0} s left, {loops.Sum(loop => loop.TotalDelivered):N0} deliveries"
            );
            await Task.Delay(TimeSpan.FromMicroseconds(Math.Min(left, 500_000)), ct);
        }
    }
}
