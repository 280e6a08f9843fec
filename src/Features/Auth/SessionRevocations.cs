using Chatalot.Features.Accounts;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Postgres;

namespace Chatalot.Features.Auth;

/// <summary>Logins that have ended.</summary>
/// <param name="UserId">Whose.</param>
/// <param name="SessionId">Which one; null: all of the user's, or the account itself may no longer be used.</param>
public sealed record SessionRevocation(Guid UserId, Guid? SessionId)
{
    /// <summary>
    /// Tells it from others of the same user. One session ends once, and nobody comes back with it, so its end needs
    /// none.
    /// </summary>
    internal Guid? Ticket { get; init; }
}

/// <summary>
/// Tells this process which logins have ended, whichever process ended them. By the time of an event the bearer check
/// already refuses the session's tokens; sockets are for their owner to close.
/// <para>
/// The process that ends the logins of a user tells itself after the commit, and hears its own signal besides, before
/// that or later. Only the first of the two counts: a client that was sent away by it and came back at once has done
/// what it was asked to, and must not be sent away again.
/// </para>
/// </summary>
public sealed class SessionRevocations : IDisposable
{
    private const string Channel = "sessions_revoked";

    /// <summary>Its two tellings are milliseconds apart; this many others will not come between.</summary>
    private const int TicketsKept = 1024;

    private const string AllSessions = "-";

    private readonly Lock gate = new();
    private readonly HashSet<Guid> told = [];
    private readonly Queue<Guid> toldInOrder = new();
    private readonly LiveSessions live;
    private readonly AccountDirectory accounts;
    private readonly IDisposable subscription;

    /// <summary>Starts to listen for revocations by other processes.</summary>
    public SessionRevocations(LiveSessions live, AccountDirectory accounts, DatabaseSignals signals)
    {
        this.live = live;
        this.accounts = accounts;
        subscription = signals.Subscribe(Channel, OnSignal, OnMissed);
    }

    /// <summary>
    /// A login, or all that a user had, has ended. May be raised more than once for the same login, but not for all.
    /// </summary>
    public event Action<SessionRevocation>? Revoked;

    /// <summary>
    /// Signals may have been lost while the database was away: check every open socket with
    /// <see cref="Authenticator.IsLiveAsync"/>.
    /// </summary>
    public event Action? Missed;

    /// <summary>
    /// An SQL expression that signals one session, for statements that know <c>user_id</c> and <c>id</c>.
    /// </summary>
    internal static string SignalSession => $"pg_notify('{Channel}', user_id || ' ' || id)";

    /// <summary>
    /// Tells this process after the commit. The signal that was queued reaches the others by itself.
    /// </summary>
    public void Announce(SessionRevocation revocation)
    {
        if (revocation.Ticket is { } ticket && !IsNews(ticket))
            return;
        if (revocation.SessionId is { } sessionId)
            live.Forget(sessionId);
        else
            live.ForgetAll(revocation.UserId);
        Revoked?.Invoke(revocation);
    }

    /// <summary>The same for one session.</summary>
    public void Announce(Guid userId, Guid sessionId) => Announce(new SessionRevocation(userId, sessionId));

    /// <summary>
    /// Ends all sessions of the user with this unit of work, in every process. Call
    /// <see cref="Announce(SessionRevocation)"/> with the result after its commit.
    /// </summary>
    public static SessionRevocation QueueRevokeAll(IDocumentSession documents, Guid userId, DateTimeOffset now)
    {
        documents.QueueSqlCommand(
            "update sessions set revoked_at = ? where user_id = ? and revoked_at is null",
            now,
            userId
        );
        return QueueReconnect(documents, userId);
    }

    /// <summary>
    /// Closes the user's sockets with this unit of work, in every process, while the logins stay: the client comes back
    /// at once, with the rights that it has now. Call <see cref="Announce(SessionRevocation)"/> with the result after
    /// its commit.
    /// </summary>
    public static SessionRevocation QueueReconnect(IDocumentSession documents, Guid userId)
    {
        var ticket = Guid.NewGuid();
        documents.QueueSqlCommand("select pg_notify(?, ?)", Channel, $"{userId} {AllSessions} {ticket}");
        return new(userId, SessionId: null) { Ticket = ticket };
    }

    /// <summary>Ends one session likewise; nothing happens when it has ended already.</summary>
    internal static void QueueRevoke(IDocumentSession documents, Guid sessionId, DateTimeOffset now) =>
        documents.QueueSqlCommand(
            $"""
            with ended as (
                update sessions set revoked_at = ? where id = ? and revoked_at is null returning user_id, id
            )
            select {SignalSession} from ended
            """,
            now,
            sessionId
        );

    /// <inheritdoc/>
    public void Dispose() => subscription.Dispose();

    private ValueTask OnSignal(string payload)
    {
        var words = payload.Split(' ');
        if (Guid.TryParse(words[0], out var userId))
            Announce(new(userId, IdAt(words, 1)) { Ticket = IdAt(words, 2) });
        return ValueTask.CompletedTask;
    }

    private static Guid? IdAt(string[] words, int place) =>
        words.Length > place && Guid.TryParse(words[place], out var id) ? id : null;

    private bool IsNews(Guid ticket)
    {
        lock (gate)
        {
            if (!told.Add(ticket))
                return false;
            toldInOrder.Enqueue(ticket);
            if (toldInOrder.Count > TicketsKept)
                told.Remove(toldInOrder.Dequeue());
            return true;
        }
    }

    private void OnMissed()
    {
        accounts.Clear();
        live.ForgetEverything();
        Missed?.Invoke();
    }
}
