using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Chatalot.Shared.Postgres;

/// <summary>
/// Small signals between server processes on one database (invalidate, kick, settings changed), over
/// <c>listen</c>/<c>notify</c> on one connection beside the pool. A signal reaches every process, the sender's too, in
/// commit order. Signals sent while the connection was down are gone: subscribers are told so and drop what they
/// cached.
/// </summary>
public sealed partial class DatabaseSignals : BackgroundService
{
    /// <summary>PostgreSQL takes payloads below 8000 bytes.</summary>
    private const int LongestPayload = 7999;

    private static readonly TimeSpan FirstReconnectWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestReconnectWait = TimeSpan.FromSeconds(1);

    private readonly NpgsqlDataSource lookups;
    private readonly NpgsqlDataSource listening;
    private readonly DatabaseAvailability availability;
    private readonly ILogger<DatabaseSignals> logger;
    private readonly TimeProvider clock;
    private readonly Registrations<Subscription> subscriptions = new();
    private readonly Queue<NpgsqlNotificationEventArgs> received = new();
    private volatile CancellationTokenSource subscribed = new();

    /// <param name="lookups">Sends signals.</param>
    /// <param name="options">Where to listen.</param>
    /// <param name="availability">Is told when the connection breaks.</param>
    /// <param name="logger">Failing subscribers, the return of the connection.</param>
    /// <param name="clock">Measures the waits between attempts.</param>
    public DatabaseSignals(
        [FromKeyedServices(DatabaseSource.Lookups)] NpgsqlDataSource lookups,
        DatabaseOptions options,
        DatabaseAvailability availability,
        ILogger<DatabaseSignals> logger,
        TimeProvider clock
    )
    {
        this.lookups = lookups;
        this.availability = availability;
        this.logger = logger;
        this.clock = clock;
        listening = DatabaseSource.CreateUnpooled(options, "signals", options.StatementTimeout, loadTypes: false);
    }

    /// <summary>Listens on a channel until the result is disposed.</summary>
    /// <param name="channel">Lower-case word, 63 characters at most.</param>
    /// <param name="handler">Gets each payload, one after the other; slow work belongs elsewhere.</param>
    /// <param name="onMissed">
    /// Called whenever listening begins, first and after each interruption: what was signalled before is not known.
    /// </param>
    public IDisposable Subscribe(string channel, Func<string, ValueTask> handler, Action onMissed)
    {
        if (!ChannelName().IsMatch(channel))
            throw new ArgumentException(
                $"'{channel}' is not a lower-case word of 63 characters at most",
                nameof(channel)
            );
        var registration = subscriptions.Add(new Subscription(channel, handler, onMissed));
        subscribed.Cancel();
        return registration;
    }

    /// <summary>Sends a signal now.</summary>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public async Task NotifyAsync(string channel, string payload, CancellationToken ct)
    {
        await using var connection = await lookups.OpenConnectionAsync(ct);
        await NotifyAsync(connection, channel, payload, ct);
    }

    /// <summary>
    /// Sends a signal with the transaction that runs on the connection: at its commit, or not at all.
    /// </summary>
    public static async Task NotifyAsync(
        NpgsqlConnection connection,
        string channel,
        string payload,
        CancellationToken ct
    )
    {
        if (Encoding.UTF8.GetByteCount(payload) > LongestPayload)
            throw new ArgumentException($"A signal holds {LongestPayload} bytes at most", nameof(payload));
        await using var command = new NpgsqlCommand("select pg_notify($1, $2)", connection)
        {
            Parameters =
            {
                new() { Value = channel },
                new() { Value = payload },
            },
        };
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>
    /// True while signals of other processes reach this one; what is remembered here is then never stale.
    /// </summary>
    public bool IsListening { get; private set; }

    /// <inheritdoc/>
    public override void Dispose()
    {
        listening.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var wait = FirstReconnectWait;
        while (true)
        {
            try
            {
                await using var connection = await listening.OpenConnectionAsync(stoppingToken);
                connection.Notification += (_, signal) => received.Enqueue(signal);
                wait = FirstReconnectWait;
                await ListenAsync(connection, stoppingToken);
            }
            catch (Exception reason) when (reason is NpgsqlException or InvalidOperationException)
            {
                IsListening = false;
                availability.ReportFailure(reason);
                LogInterrupted(logger, reason.Message);
            }
            await Task.Delay(wait, clock, stoppingToken);
            wait = wait * 2 < LongestReconnectWait ? wait * 2 : LongestReconnectWait;
        }
    }

    private async Task ListenAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        received.Clear();
        var heard = new HashSet<Subscription>();
        while (true)
        {
            // Never disposed: a subscriber may cancel it at any time, and it holds nothing.
            var change = new CancellationTokenSource();
            subscribed = change;
            await ListenToNewAsync(connection, heard, ct);
            IsListening = true;
            await DeliverAsync();
            using var interrupted = CancellationTokenSource.CreateLinkedTokenSource(ct, change.Token);
            try
            {
                while (true)
                {
                    await connection.WaitAsync(interrupted.Token);
                    await DeliverAsync();
                }
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                // A new subscription: listen to its channel too.
            }
        }
    }

    private async Task ListenToNewAsync(NpgsqlConnection connection, HashSet<Subscription> heard, CancellationToken ct)
    {
        var added = subscriptions.Current.Where(heard.Add).ToList();
        if (added.Count == 0)
            return;
        var channels = added.Select(subscription => $"listen \"{subscription.Channel}\"").Distinct();
        await using var command = new NpgsqlCommand(string.Join(';', channels), connection);
        await command.ExecuteNonQueryAsync(ct);
        foreach (var subscription in added)
            TellMissed(subscription);
    }

    private async Task DeliverAsync()
    {
        while (received.TryDequeue(out var signal))
            foreach (var subscription in subscriptions.Current)
                if (subscription.Channel == signal.Channel)
                    await DeliverAsync(subscription, signal.Payload);
    }

    private async Task DeliverAsync(Subscription subscription, string payload)
    {
        try
        {
            await subscription.Handler(payload);
        }
        catch (Exception reason)
        {
            // The others must hear the signal all the same, and the next one must be waited for.
            LogSubscriberFailed(logger, reason, subscription.Channel);
        }
    }

    private void TellMissed(Subscription subscription)
    {
        try
        {
            subscription.OnMissed();
        }
        catch (Exception reason)
        {
            // As above.
            LogSubscriberFailed(logger, reason, subscription.Channel);
        }
    }

    private sealed class Subscription(string channel, Func<string, ValueTask> handler, Action onMissed)
    {
        public string Channel => channel;
        public Func<string, ValueTask> Handler => handler;
        public Action OnMissed => onMissed;
    }

    [GeneratedRegex("^[a-z_][a-z0-9_]{0,62}$")]
    private static partial Regex ChannelName();

    [LoggerMessage(
        EventName = "SignalsInterrupted",
        Level = LogLevel.Debug,
        Message = "Signals between servers interrupted: {Reason}"
    )]
    private static partial void LogInterrupted(ILogger logger, string reason);

    [LoggerMessage(
        EventName = "SignalSubscriberFailed",
        Level = LogLevel.Error,
        Message = "A subscriber of signal channel {Channel} failed"
    )]
    private static partial void LogSubscriberFailed(ILogger logger, Exception reason, string channel);
}
