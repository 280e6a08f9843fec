using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Chatalot.Features.Voice.Sfu;

/// <summary>
/// Keeps the rooms at the SFU as the calls of this process are. Nothing is handed over event by event: after every
/// change, here or there, the calls are looked at as they are now and Janus is brought to it, so a lost event, a lost
/// line or a restart of Janus leaves nothing behind. Calls never wait for it.
/// </summary>
internal sealed partial class SfuRooms(
    Calls calls,
    CallSignal signal,
    SfuOptions options,
    VoiceOptions limits,
    SfuStatus status,
    TimeProvider clock,
    ILogger<SfuRooms> logger
) : BackgroundService
{
    private static readonly TimeSpan LongestGoodbye = TimeSpan.FromSeconds(2);

    private readonly Dictionary<Guid, SfuRoom> rooms = [];
    private readonly ConcurrentDictionary<long, SfuRoom> observers = new();

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        SfuMetrics.Hide();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = TimeSpan.Zero;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(pause, clock, stoppingToken);
                await using var janus = await JanusConnection.OpenAsync(
                    options,
                    Note,
                    signal.Set,
                    clock,
                    stoppingToken
                );
                await KeepAsync(janus, onReady: () => pause = TimeSpan.Zero, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception lost)
            {
                // Whatever Janus does or says, it must not stop the server: this is one line to it among many attempts.
                // The first attempt to come back follows soon: if it succeeds, nobody in a call notices.
                if (pause > TimeSpan.Zero)
                    GoWithout();
                else
                    LogLost(lost.Message);
                status.Set(lost.Message);
                SfuMetrics.Show(isConnected: false, rooms.Count);
                pause = pause == TimeSpan.Zero ? options.ShortestPause : Shorter(pause * 2, options.LongestPause);
            }
        }
    }

    private async Task KeepAsync(JanusConnection janus, Action onReady, CancellationToken ct)
    {
        observers.Clear();
        foreach (var room in rooms.Values)
            room.Observer = 0;
        var plugin = new VideoRooms(janus, await janus.AttachAsync(ct), options, limits.MostParticipants);
        var keeper = new SfuRoomKeeper(calls, janus, plugin, options, clock, observers);
        try
        {
            await SweepAsync(plugin, ct);
            await ReconcileAsync(keeper, ct);
            onReady();
            status.Set(null);
            LogConnected();
            while (true)
            {
                SfuMetrics.Show(isConnected: true, rooms.Count);
                await signal.WaitAsync(ct);
                if (!janus.IsOpen)
                    throw new IOException("the line to Janus is gone");
                await ReconcileAsync(keeper, ct);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            using var goodbye = new CancellationTokenSource(LongestGoodbye);
            foreach (var room in rooms.Values)
                await keeper.EndAsync(room, goodbye.Token);
            throw;
        }
    }

    private async Task ReconcileAsync(SfuRoomKeeper keeper, CancellationToken ct)
    {
        var running = calls.Running();
        foreach (var (callId, room) in rooms.ToList())
        {
            if (running.Any(call => call.Call.Id == callId))
                continue;
            await keeper.EndAsync(room, ct);
            rooms.Remove(callId);
        }
        foreach (var (call, participants) in running)
        {
            if (!rooms.TryGetValue(call.Id, out var room))
            {
                // Once a call has a room it keeps it: to and fro would cost everybody their connections.
                if (participants.Count < options.FromParticipants || participants.All(person => person.SfuAsks == 0))
                    continue;
                rooms.Add(call.Id, room = new SfuRoom(call));
            }
            await keeper.KeepAsync(room, participants, ct);
        }
    }

    /// <summary>Destroys rooms of a process that died: those in which no server listens.</summary>
    private async Task SweepAsync(VideoRooms plugin, CancellationToken ct)
    {
        var known = rooms.Values.Select(room => room.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var name in (await plugin.OwnRoomsAsync(ct)).Where(name => !known.Contains(name)))
        {
            if ((await plugin.FeedsAsync(name, ct)).Contains(VideoRooms.Observer))
                continue;
            await plugin.DestroyAsync(name, ct);
            LogSwept(name);
        }
    }

    /// <summary>Janus is away: whoever connected by it connects directly, as long as it is.</summary>
    private void GoWithout()
    {
        foreach (var room in rooms.Values)
            calls.ShowFeeds(room.Call, []);
    }

    private void Note(long observer)
    {
        if (observers.TryGetValue(observer, out var room))
        {
            room.MarkDirty();
            signal.Set();
        }
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    [LoggerMessage(EventName = "SfuConnected", Level = LogLevel.Information, Message = "Connected to the SFU of calls")]
    private partial void LogConnected();

    [LoggerMessage(
        EventName = "SfuLost",
        Level = LogLevel.Warning,
        Message = "The SFU of calls cannot be used, calls go on without: {Reason}"
    )]
    private partial void LogLost(string reason);

    [LoggerMessage(
        EventName = "SfuRoomSwept",
        Level = LogLevel.Information,
        Message = "Destroyed {Room} at the SFU, which a process had left behind"
    )]
    private partial void LogSwept(string room);
}
