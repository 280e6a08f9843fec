using System.Globalization;
using Chatalot.Shared.Logging;
using Chatalot.Shared.Postgres;
using Microsoft.Extensions.Logging;

namespace Chatalot.Features.Operations;

/// <summary>
/// A verbosity that holds for a while: looking closely at a running server, without the restart that would disconnect
/// everybody. Every process on the database follows.
/// </summary>
public sealed partial class LogLevelOverride : IDisposable
{
    private const string Channel = "log_level";

    private readonly Lock gate = new();
    private readonly VerbositySwitch verbosity;
    private readonly DatabaseSignals signals;
    private readonly TimeProvider clock;
    private readonly ILogger<LogLevelOverride> logger;
    private readonly IDisposable subscription;
    private ITimer? end;
    private (string Directive, DateTimeOffset? Until) current = ("", null);

    /// <summary>Begins to follow the other processes.</summary>
    public LogLevelOverride(
        LogPipeline log,
        DatabaseSignals signals,
        TimeProvider clock,
        ILogger<LogLevelOverride> logger
    )
    {
        verbosity = log.Verbosity;
        this.signals = signals;
        this.clock = clock;
        this.logger = logger;
        // A missed signal is an override less: it would have ended by itself.
        subscription = signals.Subscribe(Channel, OnSignal, static () => { });
    }

    /// <summary>What holds now, and until when; null: for good.</summary>
    public (string Directive, DateTimeOffset? Until) Current
    {
        get
        {
            lock (gate)
                return current;
        }
    }

    /// <summary>Puts the directive in force here and in every other process.</summary>
    /// <param name="directive">As in <c>RUST_LOG</c>; empty: back to the configuration.</param>
    /// <param name="until">When it ends.</param>
    /// <param name="ct">Cancels.</param>
    public async Task SetAsync(string directive, DateTimeOffset until, CancellationToken ct)
    {
        // As precise as the signal, which comes back to this process too.
        until = DateTimeOffset.FromUnixTimeMilliseconds(until.ToUnixTimeMilliseconds());
        Apply(directive, until);
        await signals.NotifyAsync(
            Channel,
            string.Create(CultureInfo.InvariantCulture, $"{until.ToUnixTimeMilliseconds()} {directive}"),
            ct
        );
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        subscription.Dispose();
        end?.Dispose();
    }

    private ValueTask OnSignal(string payload)
    {
        var space = payload.IndexOf(' ', StringComparison.Ordinal);
        if (
            space > 0
            && long.TryParse(payload[..space], NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
        )
            Apply(payload[(space + 1)..], DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));
        return ValueTask.CompletedTask;
    }

    private void Apply(string directive, DateTimeOffset until)
    {
        lock (gate)
        {
            // Our own signal comes back to us.
            if (current == (directive, until))
                return;
            end?.Dispose();
            end = null;
            var left = until - clock.GetUtcNow();
            if (directive.Length == 0 || left <= TimeSpan.Zero)
            {
                Reset();
                return;
            }
            verbosity.Set(Verbosity.Parse(directive));
            current = (directive, until);
            end = clock.CreateTimer(_ => End(until), null, left, Timeout.InfiniteTimeSpan);
            LogChanged(logger, directive, until);
        }
    }

    private void End(DateTimeOffset until)
    {
        lock (gate)
        {
            if (current.Until == until)
                Reset();
        }
    }

    private void Reset()
    {
        if (current.Until is null)
            return;
        verbosity.Reset();
        current = ("", null);
        LogBack(logger);
    }

    [LoggerMessage(
        EventName = "LogLevelChanged",
        Level = LogLevel.Information,
        Message = "Verbosity is {Directive} until {Until:O}"
    )]
    private static partial void LogChanged(ILogger logger, string directive, DateTimeOffset until);

    [LoggerMessage(
        EventName = "LogLevelBack",
        Level = LogLevel.Information,
        Message = "Verbosity is again that of the configuration"
    )]
    private static partial void LogBack(ILogger logger);
}
