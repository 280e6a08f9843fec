using System.Threading.Channels;
using Chatalot.Shared.Postgres;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Chatalot.Features.Voice;

/// <summary>
/// Writes down what happened in calls, behind the calls themselves: nobody who joins waits for the database, and calls
/// go on while it is away. Entries are written in order and repeated until they are stored.
/// </summary>
internal sealed partial class CallLog(
    CallStore store,
    SchemaReadiness schema,
    VoiceOptions options,
    TimeProvider clock,
    ILogger<CallLog> logger
) : BackgroundService
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestFlush = TimeSpan.FromSeconds(5);

    private readonly Channel<Entry> entries = Channel.CreateUnbounded<Entry>(new() { SingleReader = true });
    private readonly HashSet<Guid> open = [];
    private Task writing = Task.CompletedTask;

    /// <summary>Somebody joined; the first one started the call.</summary>
    public void Joined(Call call, Guid userId, DateTimeOffset joinedAt) =>
        entries.Writer.TryWrite(new Entry(call, userId, joinedAt, LeftAt: null, IsOver: false));

    /// <summary>Somebody left; with the last one the call is over.</summary>
    public void Left(Call call, Guid userId, DateTimeOffset joinedAt, DateTimeOffset leftAt, bool isOver) =>
        entries.Writer.TryWrite(new Entry(call, userId, joinedAt, leftAt, isOver));

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        entries.Writer.TryComplete();
        await writing.WaitAsync(LongestFlush, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await base.StopAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        writing = WriteAllAsync(stoppingToken);
        await Task.WhenAll(writing, SignAsync(stoppingToken), EndOrphansAsync(stoppingToken));
    }

    private async Task WriteAllAsync(CancellationToken ct)
    {
        await foreach (var entry in entries.Reader.ReadAllAsync(ct))
            await RepeatAsync(() => WriteAsync(entry, ct), ct);
    }

    private Task WriteAsync(Entry entry, CancellationToken ct)
    {
        lock (open)
        {
            if (entry.IsOver)
                open.Remove(entry.Call.Id);
            else
                open.Add(entry.Call.Id);
        }
        return entry.LeftAt is { } leftAt
            ? store.StoreLeftAsync(entry.Call, entry.UserId, entry.JoinedAt, leftAt, entry.IsOver, ct)
            : store.StoreJoinedAsync(entry.Call, entry.UserId, entry.JoinedAt, ct);
    }

    /// <summary>Says of open calls that their process lives; an idle server says nothing.</summary>
    private async Task SignAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(options.SignOfLife, clock);
        while (await timer.WaitForNextTickAsync(ct))
        {
            bool isSilent;
            lock (open)
                isSilent = open.Count == 0;
            if (!isSilent)
                await RepeatAsync(() => store.StoreSignOfLifeAsync(clock.GetUtcNow(), ct), ct);
        }
    }

    /// <summary>
    /// What a process that died left open: at the start, and again when what is too young then has become old.
    /// </summary>
    private async Task EndOrphansAsync(CancellationToken ct)
    {
        await schema.WaitAsync(ct);
        await RepeatAsync(() => store.EndOrphansAsync(clock.GetUtcNow() - options.DeadAfter, ct), ct);
        await Task.Delay(options.DeadAfter, clock, ct);
        await RepeatAsync(() => store.EndOrphansAsync(clock.GetUtcNow() - options.DeadAfter, ct), ct);
    }

    private async Task RepeatAsync(Func<Task> write, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                await write();
                return;
            }
            catch (Exception away) when (DatabaseFailure.IsConnectionFailure(away))
            {
                await Task.Delay(RetryInterval, clock, ct);
            }
            catch (NpgsqlException fault)
            {
                // To stop here would lose everything that follows as well.
                LogNotStored(fault);
                return;
            }
        }
    }

    private sealed record Entry(Call Call, Guid UserId, DateTimeOffset JoinedAt, DateTimeOffset? LeftAt, bool IsOver);

    [LoggerMessage(
        EventName = "CallNotStored",
        Level = LogLevel.Error,
        Message = "Internal error: an entry of the call history could not be stored"
    )]
    private partial void LogNotStored(Exception fault);
}
