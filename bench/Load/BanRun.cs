using Chatalot.Bench.Accounts;
using Chatalot.Bench.Wire;

namespace Chatalot.Bench.Load;

/// <summary>How fast a ban is known, and what others feel of it.</summary>
/// <param name="Sockets">Sockets that listen to the channel.</param>
/// <param name="AnsweredMilliseconds">From the request to its answer.</param>
/// <param name="KnownMilliseconds">From the request to the last socket that heard of it.</param>
/// <param name="Missing">Sockets that did not hear of it within ten seconds.</param>
/// <param name="QuietEcho">Echo of somebody in another channel, before.</param>
/// <param name="Echo">The same from the request until one second after the last socket heard.</param>
internal sealed record BanResult(
    int Sockets,
    double AnsweredMilliseconds,
    double KnownMilliseconds,
    int Missing,
    LatencySummary QuietEcho,
    LatencySummary Echo
);

/// <summary>
/// Somebody is banned from a channel to which thousands of sockets listen, while somebody in another channel talks. One
/// thread reads and writes all sockets.
/// </summary>
internal sealed class BanRun(Uri server, ISeeder seeder, ChatalotApi api) : IDisposable
{
    private const int ParallelOpenings = 16;
    private const int MessageBytes = 300;
    private const long MessageInterval = 20_000;
    private const long QuietTime = 3_000_000;
    private const long Afterwards = 1_000_000;
    private const long LongestWait = 10_000_000;

    private readonly SocketSet _sockets = new(capacity: 1024);
    private Listener[] _listeners = [];
    private long _nextMessage;

    public Action<string>? Progress { get; init; }

    public async Task<BanResult> RunAsync(int sockets, CancellationToken ct)
    {
        Progress?.Invoke("seeding users and channels");
        // The first two have users of their own: the channel's owner, and who is banned.
        var crowd = (await seeder.SeedRoomsAsync(1, sockets, senders: 2, ct))[0];
        var talk = (await seeder.SeedRoomsAsync(1, members: 2, senders: 2, ct))[0];
        return await OwnThread.RunAsync(() => Run(crowd, talk, ct), ct);
    }

    public void Dispose() => _sockets.Dispose();

    private BanResult Run(SeededRoom crowd, SeededRoom talk, CancellationToken ct)
    {
        Open(crowd, ct);
        var socket = SocketOpening.Open(server, talk.Tokens[0], [talk.Channel]);
        var talker = new Talker(socket, talk.Channel, MessageBytes);
        _sockets.Add(socket, talker);

        Progress?.Invoke("quiet");
        var quietUntil = Clock.Microseconds + QuietTime;
        TalkUntil(talker, () => Clock.Microseconds >= quietUntil, ct);
        var quiet = talker.TakeEcho();

        Progress?.Invoke("banning");
        var start = Clock.Microseconds;
        var banned = AccessToken.UserOf(crowd.Tokens[1]);
        var answer = AnswerAsync();
        TalkUntil(
            talker,
            () => Clock.Microseconds - start > LongestWait || (answer.IsCompleted && Heard == crowd.Tokens.Count),
            ct
        );
        var known = Clock.Microseconds;
        TalkUntil(talker, () => Clock.Microseconds - known > Afterwards, ct);
        return new BanResult(
            crowd.Tokens.Count,
            answer.GetAwaiter().GetResult() / 1000.0,
            (known - start) / 1000.0,
            crowd.Tokens.Count - Heard,
            quiet,
            talker.TakeEcho()
        );

        async Task<long> AnswerAsync()
        {
            await api.BanFromChannelAsync(crowd.Tokens[0], crowd.Channel, banned, ct);
            return Clock.Microseconds - start;
        }
    }

    private int Heard => _listeners.Count(listener => listener.HasHeard);

    private void Open(SeededRoom crowd, CancellationToken ct)
    {
        var opened = new ClientSocket[crowd.Tokens.Count];
        ManyThreads.Run(
            ParallelOpenings,
            opened.Length,
            i =>
            {
                opened[i] = SocketOpening.Open(server, crowd.Tokens[i], [crowd.Channel]);
                if (i % 100 == 0)
                    Progress?.Invoke($"opened {i} sockets");
            },
            ct
        );
        _listeners = [.. opened.Select(_ => new Listener())];
        foreach (var (socket, listener) in opened.Zip(_listeners))
            _sockets.Add(socket, listener);
    }

    private void TalkUntil(Talker talker, Func<bool> isOver, CancellationToken ct)
    {
        while (!isOver())
        {
            ct.ThrowIfCancellationRequested();
            if (Clock.Microseconds >= _nextMessage)
            {
                talker.Talk();
                _nextMessage = Clock.Microseconds + MessageInterval;
            }
            _sockets.Poll();
        }
    }

    /// <summary>A socket that waits for word of the ban.</summary>
    private sealed class Listener : IFrameSink
    {
        public bool HasHeard { get; private set; }

        public void OnText(ReadOnlySpan<byte> json) => HasHeard |= json.StartsWith("{\"type\":\"member_banned\""u8);
    }

    /// <summary>Somebody in another channel.</summary>
    private sealed class Talker(ClientSocket socket, Guid channel, int bytes) : IFrameSink
    {
        private readonly Sender _sender = new(0, channel, bytes);
        private LatencyHistogram _echo = new();

        public void Talk() => socket.Send(_sender.Next(Clock.Microseconds));

        public LatencySummary TakeEcho()
        {
            var summary = _echo.Summarize();
            _echo = new LatencyHistogram();
            return summary;
        }

        public void OnText(ReadOnlySpan<byte> json)
        {
            if (ServerFrame.KindOf(json) is FrameKind.MessageSent)
                _echo.Add(Clock.Microseconds - _sender.Acknowledge());
        }
    }
}
