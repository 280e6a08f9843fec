using Chatalot.Bench.Accounts;
using Chatalot.Bench.Wire;

namespace Chatalot.Bench.Load;

/// <summary>
/// One call: people join one after the other within a given time, each connects to everybody as clients do, then
/// candidates go to and fro at a fixed rate. One thread reads and writes all sockets, so that both ends of a latency
/// are on one clock.
/// </summary>
internal sealed class CallRun(Uri server, ISeeder seeder) : IDisposable
{
    private const long LongestSetup = 20_000_000;
    private const long QuietBeforeEnd = 500_000;

    private readonly SocketSet _sockets = new(capacity: 256);
    private readonly List<CallParticipant> _people = [];

    public Action<string>? Progress { get; init; }

    public async Task<CallResult> RunAsync(CallPlan plan, CancellationToken ct)
    {
        Progress?.Invoke("seeding users and the channel");
        var room = (await seeder.SeedRoomsAsync(1, plan.Participants, plan.Participants, ct))[0];
        return await OwnThread.RunAsync(() => Run(plan, room, ct), ct);
    }

    public void Dispose() => _sockets.Dispose();

    private CallResult Run(CallPlan plan, SeededRoom room, CancellationToken ct)
    {
        var counters = new CallCounters();
        foreach (var token in room.Tokens)
        {
            var socket = SocketOpening.Open(server, token, [room.Channel]);
            var person = new CallParticipant(AccessToken.UserOf(token), socket, plan.Candidates, counters);
            _sockets.Add(socket, person);
            _people.Add(person);
        }

        Progress?.Invoke("joining");
        var start = Clock.Microseconds;
        for (var i = 0; i < _people.Count; i++)
        {
            var due = start + (long)(plan.JoinMilliseconds * 1000 * i / _people.Count);
            _sockets.PollUntil(() => Clock.Microseconds >= due, ct);
            _people[i].Socket.Send(ClientFrames.JoinVoice(room.Channel));
        }
        _sockets.PollUntil(() => counters.Answers >= plan.Pairs || Clock.Microseconds - start > LongestSetup, ct);
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
                var from = random.Next(_people.Count);
                var to = (from + 1 + random.Next(_people.Count - 1)) % _people.Count;
                _people[from].SendCandidate(_people[to].Id);
                sent++;
            }
            _sockets.Poll();
        }
    }

    private void Settle(CallCounters counters, CancellationToken ct)
    {
        var seen = -1L;
        var since = Clock.Microseconds;
        _sockets.PollUntil(
            () =>
            {
                if (seen != counters.Relayed)
                    (seen, since) = (counters.Relayed, Clock.Microseconds);
                return Clock.Microseconds - since > QuietBeforeEnd;
            },
            ct
        );
    }
}
