using System.Globalization;
using Chatalot.Features.Frames;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Postgres;
using Chatalot.Shared.Realtime;

namespace Chatalot.Features.Auth;

/// <summary>
/// Tells the owner of an account, wherever they are connected, that what guards it has changed (contract,
/// auth-account.md D-9): whoever has got hold of a session does not do it unseen. Sent with the commit, to every
/// process. What ends the sessions (a new password, recovery) needs no notice: all devices are signed out by it. What
/// was missed is in the audit log.
/// </summary>
public sealed class SecurityNotices(DatabaseSignals signals, Connections connections) : SignalListener(signals, Channel)
{
    private const string Channel = "account_security";

    /// <summary>Queues a notice into the unit of work that makes the change.</summary>
    /// <param name="documents">The unit of work.</param>
    /// <param name="userId">Whose account.</param>
    /// <param name="event">See <see cref="AccountSecurityFrame"/>.</param>
    /// <param name="ipAddress">From where, unless it was an operator.</param>
    /// <param name="now">When.</param>
    public static void Queue(
        IDocumentSession documents,
        Guid userId,
        string @event,
        string? ipAddress,
        DateTimeOffset now
    )
    {
        var notice = string.Create(CultureInfo.InvariantCulture, $"{userId} {@event} {now:O} {ipAddress}");
        documents.QueueSqlCommand("select pg_notify(?, ?)", Channel, notice);
    }

    /// <inheritdoc/>
    protected override ValueTask HearAsync(string payload)
    {
        if (
            payload.Split(' ') is [var user, var @event, var time, var address]
            && Guid.TryParse(user, out var userId)
            && DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, out var timestamp)
        )
            connections.SendToUser(
                userId,
                Wire.Of(new AccountSecurityFrame(@event, address.Length > 0 ? address : null, timestamp))
            );
        return ValueTask.CompletedTask;
    }
}
