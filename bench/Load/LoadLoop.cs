using Chatalot.Bench.Wire;

namespace Chatalot.Bench.Load;

/// <summary>
/// One thread that drives many sockets. Senders and latency samples are read as soon as bytes arrive; all other
/// receivers only every <see cref="BulkInterval"/>, several frames at a time, as their latency is not looked at: so the
/// generator takes less of the processors that it shares with the server.
/// </summary>
internal sealed class LoadLoop(Timeline timeline, int capacity, int outstanding, double? rate) : IDisposable
{
    private const long BulkInterval = 5_000;
    private const long QuietBeforeEnd = 500_000;
    private const long LongestDrain = 15_000_000;

    private readonly byte[] _scratch = new byte[512 * 1024];
    private readonly Member?[] _members = new Member?[capacity];
    private readonly List<Member> _senders = [];
    private readonly Epoll _prompt = new(capacity: 256);
    private readonly Epoll _bulk = new(capacity: 1024);
    private int _count;
    private long _now;
    private long _lastActivity;
    private long _sentByRate;
    private Phase _phase;

    public LoopCounters Counters { get; } = new();

    public long TotalDelivered => Counters.Delivered.Sum();

    /// <summary>Takes over a socket that is ready. Safe while the loop runs, for members that do not send.</summary>
    public void Add(Member member)
    {
        var tag = member.Tag = Interlocked.Increment(ref _count) - 1;
        member.Socket.StopBlocking();
        Volatile.Write(ref _members[tag], member);
        if (member.Sender is not null)
            _senders.Add(member);
        (member.IsPrompt ? _prompt : _bulk).Add(member.Socket.Handle, tag);
    }

    /// <summary>Runs until the measured time is over and nothing arrives any more.</summary>
    public void Run(CancellationToken ct)
    {
        WaitForStart(ct);
        if (rate is null)
            FillWindows();
        var nextBulk = _now;
        while (!ct.IsCancellationRequested && !IsFinished())
        {
            SendAtRate();
            Poll(_prompt, MillisecondsUntil(Math.Min(nextBulk, NextSendByRate())));
            if (_now < nextBulk)
                continue;
            Poll(_bulk, 0);
            nextBulk = _now + BulkInterval;
        }
    }

    public void OnAcknowledged(Member member, long sentAt)
    {
        Counters.Acknowledged[(int)_phase]++;
        _lastActivity = _now;
        if (_phase == Phase.Measure)
            Counters.AcknowledgeLatency.Add(_now - sentAt);
        SendNext(member);
    }

    public void OnRefused(Member member, string error)
    {
        Counters.Errors[error] = Counters.Errors.GetValueOrDefault(error) + 1;
        SendNext(member);
    }

    public void OnDelivered(int frameBytes, long? sentAt)
    {
        Counters.Delivered[(int)_phase]++;
        _lastActivity = _now;
        Counters.FrameBytes = frameBytes;
        if (sentAt is { } sent && _phase == Phase.Measure)
            Counters.DeliveryLatency.Add(_now - sent);
    }

    public void Dispose()
    {
        _prompt.Dispose();
        _bulk.Dispose();
    }

    private void WaitForStart(CancellationToken ct)
    {
        while (Tick() < timeline.Start && !ct.IsCancellationRequested)
            Thread.Sleep(1);
        _lastActivity = _now;
    }

    private long Tick()
    {
        _now = Clock.Microseconds;
        _phase = timeline.PhaseAt(_now);
        return _now;
    }

    private bool IsFinished() =>
        Tick() >= timeline.MeasureUntil
        && (_now - _lastActivity > QuietBeforeEnd || _now - timeline.MeasureUntil > LongestDrain);

    private void FillWindows()
    {
        for (var i = 0; i < outstanding; i++)
            foreach (var member in _senders)
                Send(member);
    }

    private void SendNext(Member member)
    {
        if (rate is null && _phase != Phase.Drain && member.Sender is { } sender && sender.Outstanding < outstanding)
            Send(member);
    }

    private long NextSendByRate() =>
        rate is { } perSecond && _senders.Count > 0 && _phase != Phase.Drain
            ? timeline.Start + (long)(_sentByRate * 1_000_000 / perSecond)
            : long.MaxValue;

    private void SendAtRate()
    {
        while (NextSendByRate() <= _now)
            Send(_senders[(int)(_sentByRate++ % _senders.Count)]);
    }

    private int MillisecondsUntil(long moment) => (int)Math.Clamp((moment - _now + 999) / 1000, 0, 100);

    private void Send(Member member)
    {
        if (member.IsClosed)
            return;
        if (!member.Socket.Send(member.Sender!.Next(Clock.Microseconds)))
            Close(member);
        else if (member.Socket.HasUnsent)
            _prompt.WatchWritable(member.Socket.Handle, member.Tag, watch: true);
    }

    private void Poll(Epoll epoll, int milliseconds)
    {
        var count = epoll.Wait(milliseconds);
        for (var i = 0; i < count; i++)
        {
            var (tag, writable) = epoll[i];
            var member = Volatile.Read(ref _members[tag])!;
            if (member.IsClosed)
                continue;
            Tick();
            if (writable)
                Flush(epoll, member);
            if (!member.IsClosed && !member.Socket.Receive(_scratch, member))
                Close(member);
        }
        Tick();
    }

    private void Flush(Epoll epoll, Member member)
    {
        if (!member.Socket.Flush())
            Close(member);
        else if (!member.Socket.HasUnsent)
            epoll.WatchWritable(member.Socket.Handle, member.Tag, watch: false);
    }

    private void Close(Member member)
    {
        member.IsClosed = true;
        member.Socket.Dispose();
        Counters.ClosedSockets++;
        var reason = $"socket closed by the server, code {member.Socket.CloseCode?.ToString() ?? "none"}";
        Counters.Errors[reason] = Counters.Errors.GetValueOrDefault(reason) + 1;
    }
}
