using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Chatalot.Shared.Postgres;

/// <summary>
/// The one place that knows whether the database can be reached (contract, operations.md 8.5). Whoever sees a
/// connection fail reports it; a <c>select 1</c> on a connection beside the pool is the verdict, so that one
/// broken connection or a busy pool is not taken for an outage. One log line when it goes, one when it is back.
/// </summary>
/// <param name="pool">Its minimum is opened at the first connection; dead connections are dropped in an outage.</param>
/// <param name="options">Where the database is.</param>
/// <param name="logger">One line for each change.</param>
/// <param name="clock">Measures the waits.</param>
public sealed class DatabaseAvailability(
    NpgsqlDataSource pool,
    DatabaseOptions options,
    ILogger<DatabaseAvailability> logger,
    TimeProvider clock
) : BackgroundService
{
    private static readonly TimeSpan LostInterval = TimeSpan.FromSeconds(2);

    /// <summary>An outage is noticed even when nobody uses the database.</summary>
    private static readonly TimeSpan CalmInterval = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan FirstConnectInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestConnectInterval = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private readonly DatabaseProbe probe = new(options, clock);
    private readonly Channel<Change> changes = Channel.CreateUnbounded<Change>();
    private readonly Registrations<Func<CancellationToken, Task>> lostObservers = new();
    private readonly Registrations<Func<CancellationToken, Task>> backObservers = new();
    private readonly TaskCompletionSource connected = NewSignal();

    private volatile State state;
    private volatile TaskCompletionSource reported = NewSignal();
    private volatile Exception? brokenBy;
    private Task<bool>? asking;
    private long askedAt;
    private long lostAt;
    private int attempts;
    private string lastReason = "";

    private enum State
    {
        /// <summary>Not reached since the start of this process.</summary>
        Connecting,
        Available,
        Lost,
    }

    private enum Change
    {
        Connected,
        Lost,
        Back,
    }

    /// <summary>
    /// False before the first connection and during an outage: fail fast instead of waiting for a timeout.
    /// </summary>
    public bool IsAvailable => state == State.Available;

    /// <summary>
    /// True while the database is known not to answer: it was lost, or asked in vain since the start. False where
    /// nobody watches it, as in commands.
    /// </summary>
    public bool IsAway => state == State.Lost || (state == State.Connecting && Volatile.Read(ref attempts) > 0);

    /// <summary>Completes when the database was reached for the first time.</summary>
    public Task WaitUntilConnectedAsync(CancellationToken ct) => connected.Task.WaitAsync(ct);

    /// <summary>
    /// Registers a callback for the moment when the database is lost. Callbacks run one after the other.
    /// </summary>
    public IDisposable OnLost(Func<CancellationToken, Task> observer) => lostObservers.Add(observer);

    /// <summary>
    /// Registers a callback for the return of the database, for example to reload what may have changed.
    /// </summary>
    public IDisposable OnBack(Func<CancellationToken, Task> observer) => backObservers.Add(observer);

    /// <summary>
    /// Says that a connection failed somewhere; the next probe comes at once. What a reachable database answers is
    /// ignored, so anything caught around a statement may be passed.
    /// </summary>
    public void ReportFailure(Exception exception)
    {
        if (!IsAvailable || !DatabaseFailure.IsConnectionFailure(exception))
            return;
        brokenBy = exception;
        reported.TrySetResult();
    }

    /// <summary>Asks the database now, unless an answer not older than <paramref name="maxAge"/> is known.</summary>
    /// <returns>True when it answered. Takes 2 s at most.</returns>
    public Task<bool> CheckAsync(TimeSpan maxAge, CancellationToken ct)
    {
        lock (gate)
        {
            if (asking is null && state != State.Connecting && clock.GetElapsedTime(askedAt) <= maxAge)
                return Task.FromResult(IsAvailable);
            if (asking is null)
            {
                askedAt = clock.GetTimestamp();
                asking = Task.Run(AskAsync, CancellationToken.None);
            }
            return asking.WaitAsync(ct);
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        probe.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(WatchAsync(stoppingToken), TellAsync(stoppingToken));

    private async Task WatchAsync(CancellationToken ct)
    {
        while (true)
        {
            reported = NewSignal();
            var reason = Interlocked.Exchange(ref brokenBy, null);
            // An outage has a line of its own; without one, somebody ended connections of ours.
            if (await CheckAsync(TimeSpan.Zero, ct) && reason is not null)
                DatabaseAvailabilityLog.Broken(logger, DatabaseFailure.Describe(reason));
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(ct);
            await Task.WhenAny(reported.Task, Task.Delay(TimeUntil(Interval), clock, enough.Token));
            await enough.CancelAsync();
            // A storm of reports makes no storm of probes.
            await Task.Delay(TimeUntil(ShortestInterval), clock, ct);
        }
    }

    private TimeSpan Interval =>
        state switch
        {
            State.Available => CalmInterval,
            State.Lost => LostInterval,
            _ => TimeSpan.FromTicks(
                Math.Min(LongestConnectInterval.Ticks, FirstConnectInterval.Ticks << Math.Min(attempts - 1, 10))
            ),
        };

    /// <summary>What is left of an interval that began with the last probe.</summary>
    private TimeSpan TimeUntil(TimeSpan interval)
    {
        var rest = interval - clock.GetElapsedTime(askedAt);
        return rest > TimeSpan.Zero ? rest : TimeSpan.Zero;
    }

    private async Task<bool> AskAsync()
    {
        var failure = await probe.AskAsync();
        lock (gate)
        {
            asking = null;
            if (failure is null)
                Reached();
            else
                NotReached(DatabaseFailure.Describe(failure));
            return IsAvailable;
        }
    }

    private void Reached()
    {
        if (state == State.Available)
            return;
        if (state == State.Lost)
        {
            var outage = clock.GetElapsedTime(lostAt);
            DatabaseAvailabilityLog.Back(logger, outage.TotalSeconds);
        }
        else
            DatabaseAvailabilityLog.Connected(logger);
        changes.Writer.TryWrite(state == State.Lost ? Change.Back : Change.Connected);
        state = State.Available;
        connected.TrySetResult();
    }

    private void NotReached(string reason)
    {
        if (state == State.Available)
        {
            state = State.Lost;
            lostAt = askedAt;
            reported.TrySetResult();
            DatabaseAvailabilityLog.Lost(logger, reason);
            changes.Writer.TryWrite(Change.Lost);
        }
        else if (state == State.Connecting)
        {
            attempts++;
            if (reason != lastReason)
                DatabaseAvailabilityLog.NotReachable(logger, attempts, reason);
            lastReason = reason;
        }
    }

    /// <summary>Tells the observers about changes, in order and one after the other, beside the probes.</summary>
    private async Task TellAsync(CancellationToken ct)
    {
        await foreach (var change in changes.Reader.ReadAllAsync(ct))
        {
            // What was connected before is dead, or will be found dead by the next who uses it.
            if (change != Change.Connected)
                pool.Clear();
            if (change != Change.Lost)
                await CallAsync(token => DatabaseSource.OpenMinimumAsync(pool, options.MinPoolSize, token), ct);
            var observers = change switch
            {
                Change.Lost => lostObservers.Current,
                Change.Back => backObservers.Current,
                _ => [],
            };
            foreach (var observer in observers)
                await CallAsync(observer, ct);
        }
    }

    /// <summary>
    /// Calls an observer, again when a connection failed it: until it succeeds, or the database is lost and its next
    /// return calls anew.
    /// </summary>
    private async Task CallAsync(Func<CancellationToken, Task> observer, CancellationToken ct)
    {
        do
        {
            try
            {
                await observer(ct);
                return;
            }
            catch (Exception reason) when (DatabaseFailure.IsConnectionFailure(reason))
            {
                ReportFailure(reason);
                await Task.Delay(ShortestInterval, clock, ct);
            }
            catch (Exception reason) when (!ct.IsCancellationRequested)
            {
                // A part of the server has a fault of its own: the others must hear of the change all the same.
                DatabaseAvailabilityLog.ObserverFailed(logger, reason);
                return;
            }
        } while (IsAvailable);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
