using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Chatalot.Features.Auth;

/// <summary>
/// Tells of refused logins: each at DEBUG, and at INFO the kinds of refusal, the first at once and what follows as a
/// number once a minute, so that nobody who guesses passwords fills the log (contract, operations.md 8.3).
/// </summary>
internal sealed partial class RefusedLogins(TimeProvider clock, ILogger<RefusedLogins> log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Tally> tallies = new(StringComparer.Ordinal);

    /// <summary>Somebody was refused.</summary>
    /// <param name="logger">The slice's.</param>
    /// <param name="reason">A word of this code, such as <c>WrongPassword</c>.</param>
    /// <param name="userId">Whose account; null when there is none or it is not known.</param>
    public void Note(ILogger logger, string reason, Guid? userId)
    {
        AuthLog.LoginRefused(logger, reason, userId);
        var tally = tallies.GetOrAdd(reason, _ => new Tally());
        long count;
        lock (tally)
        {
            tally.Count++;
            var now = clock.GetUtcNow();
            if (now < tally.NextLine)
                return;
            (count, tally.Count, tally.NextLine) = (tally.Count, 0, now + Interval);
        }
        LogRefused(log, reason, count);
    }

    private sealed class Tally
    {
        public long Count { get; set; }

        public DateTimeOffset NextLine { get; set; }
    }

    [LoggerMessage(
        EventName = "LoginsRefused",
        Level = LogLevel.Information,
        Message = "Logins refused for {Reason}: {Count} since the last line about it"
    )]
    private static partial void LogRefused(ILogger logger, string reason, long count);
}
