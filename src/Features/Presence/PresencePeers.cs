using Chatalot.Shared.Postgres;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Chatalot.Features.Presence;

/// <summary>
/// Keeps the boards of several processes on one database in step, by their notifications: each says of its own devices who
/// is there, all at once to a process that is new and every change afterwards, and gives a sign of life while it knows of
/// another. A lone process says nothing. What was missed is made good by hearing everything again.
/// </summary>
internal sealed partial class PresencePeers(
    PresenceBoard board,
    PresenceWatch watch,
    DatabaseSignals signals,
    PresenceOptions options,
    TimeProvider clock,
    ILogger<PresencePeers> logger
) : BackgroundService
{
    private const string Channel = "presence";

    private readonly Guid self = Guid.NewGuid();
    private readonly Lock gate = new();
    private readonly SemaphoreSlim work = new(0, 1);
    private readonly Dictionary<Guid, Peer> peers = [];
    private readonly HashSet<Guid> moved = [];
    private readonly HashSet<Guid> chosen = [];
    private bool isHelloDue;
    private bool isPictureDue;

    /// <summary>Other processes of which something was heard lately.</summary>
    public int Count
    {
        get
        {
            lock (gate)
                return peers.Count;
        }
    }

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        board.ChangedHere += OnChangedHere;
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        board.ChangedHere -= OnChangedHere;
        await base.StopAsync(cancellationToken);
        if (Count > 0)
            await SendAsync(new PresenceSignal(PresenceSignalKind.Bye, self), cancellationToken);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        work.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = signals.Subscribe(Channel, OnSignal, OnMissed);
        var beatAt = clock.GetTimestamp();
        while (!stoppingToken.IsCancellationRequested)
        {
            var untilBeat = options.BeatInterval - clock.GetElapsedTime(beatAt);
            if (untilBeat <= TimeSpan.Zero)
            {
                beatAt = clock.GetTimestamp();
                await BeatAsync(stoppingToken);
                continue;
            }
            using var beat = new CancellationTokenSource(untilBeat, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(beat.Token, stoppingToken);
            try
            {
                await work.WaitAsync(either.Token);
            }
            catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
            {
                continue;
            }
            await TellAsync(stoppingToken);
            await Task.Delay(options.NewsInterval, clock, stoppingToken);
        }
    }

    private void OnChangedHere(Guid userId, bool isChoice)
    {
        lock (gate)
        {
            if (peers.Count == 0)
                return;
            (isChoice ? chosen : moved).Add(userId);
            moved.Add(userId);
            Wake();
        }
    }

    /// <summary>Whoever listens from now on has heard nothing yet, or not everything.</summary>
    private void OnMissed()
    {
        lock (gate)
        {
            isHelloDue = true;
            Wake();
        }
    }

    private ValueTask OnSignal(string text)
    {
        if (PresenceSignal.TryParse(text) is not { } signal || signal.Process == self)
            return ValueTask.CompletedTask;
        if (signal.Kind is PresenceSignalKind.Bye)
        {
            lock (gate)
                peers.Remove(signal.Process);
            board.Forget(signal.Process);
            return ValueTask.CompletedTask;
        }
        var peer = Greet(signal);
        foreach (var (userId, question) in board.Hear(signal.Process, signal.States))
            _ = watch.LearnAsync(userId, question);
        watch.Learn(signal.Chosen);
        if (peer.Draw(signal) is { } everybody)
            board.Keep(signal.Process, everybody);
        return ValueTask.CompletedTask;
    }

    /// <summary>A process that is new is told everything; if it did not begin with everything itself, it is asked for it.</summary>
    private Peer Greet(PresenceSignal signal)
    {
        lock (gate)
        {
            var isNew = !peers.TryGetValue(signal.Process, out var peer);
            if (isNew)
                peers[signal.Process] = peer = new Peer();
            peer!.SilentBeats = 0;
            if (isNew || signal.Kind is PresenceSignalKind.Hello)
                isPictureDue = true;
            if (isNew && signal.Kind is PresenceSignalKind.Some or PresenceSignalKind.Beat)
                isHelloDue = true;
            if (isPictureDue || isHelloDue)
                Wake();
            return peer;
        }
    }

    /// <summary>Says that this process lives, and gives up those that have said nothing for too long.</summary>
    private async Task BeatAsync(CancellationToken ct)
    {
        // While nothing can be heard, nobody is silent.
        if (!signals.IsListening || Count == 0)
            return;
        List<Guid> gone;
        lock (gate)
        {
            foreach (var peer in peers.Values)
                peer.SilentBeats++;
            gone = [.. peers.Where(peer => peer.Value.SilentBeats > options.SilentBeats).Select(peer => peer.Key)];
            gone.ForEach(id => peers.Remove(id));
        }
        foreach (var id in gone)
        {
            LogGone(logger, id);
            board.Forget(id);
        }
        await SendAsync(new PresenceSignal(PresenceSignalKind.Beat, self), ct);
    }

    private async Task TellAsync(CancellationToken ct)
    {
        bool hello,
            picture;
        Guid[] who,
            choices;
        lock (gate)
        {
            (hello, picture) = (isHelloDue, isPictureDue);
            (who, choices) = (picture ? [] : [.. moved], [.. chosen]);
            (isHelloDue, isPictureDue) = (false, false);
            moved.Clear();
            chosen.Clear();
        }
        if (
            (!hello || await SendAsync(new PresenceSignal(PresenceSignalKind.Hello, self), ct))
            && (!picture || await SendAsync(PresenceSignal.Everybody(self, board.EverybodyHere()), ct))
            && await SendAsync(PresenceSignal.Changes(self, board.StatesHere(who), choices), ct)
        )
            return;
        // Not told: said again, whole, as soon as the database is back.
        lock (gate)
        {
            (isHelloDue, isPictureDue) = (hello || isHelloDue, true);
            chosen.UnionWith(choices);
            Wake();
        }
    }

    private void Wake()
    {
        if (work.CurrentCount == 0)
            work.Release();
    }

    private Task<bool> SendAsync(PresenceSignal signal, CancellationToken ct) => SendAsync([signal], ct);

    private async Task<bool> SendAsync(IEnumerable<PresenceSignal> all, CancellationToken ct)
    {
        try
        {
            foreach (var signal in all)
                await signals.NotifyAsync(Channel, signal.ToString(), ct);
            return true;
        }
        catch (NpgsqlException away)
        {
            LogNotTold(logger, away.Message);
            return false;
        }
    }

    [LoggerMessage(
        EventName = "PeerGone",
        Level = LogLevel.Warning,
        Message = "Server process {Process} has been silent for too long: its people are taken for gone"
    )]
    private static partial void LogGone(ILogger logger, Guid process);

    [LoggerMessage(
        EventName = "PresenceNotShared",
        Level = LogLevel.Debug,
        Message = "Other server processes could not be told who is there: {Reason}"
    )]
    private static partial void LogNotTold(ILogger logger, string reason);

    /// <summary>Another process.</summary>
    private sealed class Peer
    {
        private HashSet<Guid>? picture;

        public int SilentBeats { get; set; }

        /// <summary>Collects the parts of a whole picture; the last one completes it.</summary>
        public HashSet<Guid>? Draw(PresenceSignal signal)
        {
            if (signal.Kind is not PresenceSignalKind.All)
                return null;
            if (signal.Part == 1)
                picture = [];
            picture?.UnionWith(signal.States.Select(state => state.UserId));
            if (signal.Part != signal.Parts)
                return null;
            var complete = picture;
            picture = null;
            return complete;
        }
    }
}
