using Chatalot.Bench.Accounts;
using Chatalot.Bench.Wire;

namespace Chatalot.Bench.Load;

/// <summary>
/// One call: people join one after the other within a given time, each connects to everybody as clients do, then
/// candidates go to and fro at a fixed rate. One thread reads and writes all sockets, so that both ends of a latency are on
/// one clock.
/// </summary>
internal sealed class CallRun(Uri server, ISeeder seeder) : IDisposable
{
    private const long LongestSetup = 20_000_000;
    private const long QuietBeforeEnd = 500_000;

    private readonly byte[] scratch = new byte[512 * 1024];
    private readonly Epoll epoll = new(capacity: 256);
    private readonly List<CallParticipant> people = [];

    public Action<string>? Progress { get; init; }

    public async Task<CallResult> RunAsync(CallPlan plan, CancellationToken ct)
    {
        Progress?.Invoke("seeding users and the channel");
        var room = (await seeder.SeedRoomsAsync(1, plan.Participants, plan.Participants, ct))[0];
        return await Task.Factory.StartNew(
            () => Run(plan, room, ct),
            ct,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );
    }

    public void Dispose()
    {
        epoll.Dispose();
        people.ForEach(person => person.Socket.Dispose());
    }

    private CallResult Run(CallPlan plan, SeededRoom room, CancellationToken ct)
    {
        var counters = new CallCounters();
        foreach (var token in room.Tokens)
        {
            var socket = SocketOpening.Open(server, token, [room.Channel]);
            var person = new CallParticipant(AccessToken.UserOf(token), socket, plan.Candidates, counters);
            socket.StopBlocking();
            epoll.Add(socket.Handle, people.Count);
            people.Add(person);
        }

        Progress?.Invoke("joining");
        var start = Clock.Microseconds;
        for (var i = 0; i < people.Count; i++)
        {
            var due = start + (long)(plan.JoinMilliseconds * 1000 * i / people.Count);
            Until(() => Clock.Microseconds >= due, ct);
            people[i].Socket.Send(ClientFrames.JoinVoice(room.Channel));
        }
        Until(() => counters.Answers >= plan.Pairs || Clock.Microseconds - start > LongestSetup, ct);
        var setup = Clock.Microseconds - start;
        Settle(counters, ct);

        Progress?.Invoke("relaying");
        counters.IsMeasured = true;
        Relay(plan, ct);
        Settle(counters, ct);
        return new CallResult(
            plan,
            setup / 1000.0,
            counters.Offers,
            counters.Answers,
            counters.RepeatedOffers,
            counters.Sent,
            counters.Relayed,
            counters.Refused,
            counters.Setup.Summarize(),
            counters.Relay.Summarize()
        );
    }

    private void Relay(CallPlan plan, CancellationToken ct)
    {
        var random = new Random(25);
        var start = Clock.Microseconds;
        var total = (long)(plan.Seconds * plan.Rate);
        for (long sent = 0; sent < total; )
        {
            ct.ThrowIfCancellationRequested();
            while (sent < total && start + (long)(sent * 1_000_000 / plan.Rate) <= Clock.Microseconds)
            {
                var from = random.Next(people.Count);
                var to = (from + 1 + random.Next(people.Count - 1)) % people.Count;
                people[from].SendCandidate(people[to].Id);
                sent++;
            }
            Poll(1);
        }
    }

    private void Settle(CallCounters counters, CancellationToken ct)
    {
        var seen = -1L;
        var since = Clock.Microseconds;
        Until(
            () =>
            {
                if (seen != counters.Relayed)
                    (seen, since) = (counters.Relayed, Clock.Microseconds);
                return Clock.Microseconds - since > QuietBeforeEnd;
            },
            ct
        );
    }

    private void Until(Func<bool> isOver, CancellationToken ct)
    {
        while (!isOver())
        {
            ct.ThrowIfCancellationRequested();
            Poll(1);
        }
    }

    private void Poll(int milliseconds)
    {
        var count = epoll.Wait(milliseconds);
        for (var i = 0; i < count; i++)
        {
            var (tag, writable) = epoll[i];
            var person = people[tag];
            if ((writable && !person.Socket.Flush()) || !person.Socket.Receive(scratch, person))
                throw new IOException($"the server closed a socket with code {person.Socket.CloseCode}");
            epoll.WatchWritable(person.Socket.Handle, tag, person.Socket.HasUnsent);
        }
    }
}
