using Chatalot.Features.Accounts;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Postgres;

namespace Chatalot.Features.Auth;

/// <summary>Logins that have ended.</summary>
/// <param name="UserId">Whose.</param>
/// <param name="SessionId">Which one; null: all of the user's, or the account itself may no longer be used.</param>
public sealed record SessionRevocation(Guid UserId, Guid? SessionId);

/// <summary>
/// Tells this process which logins have ended, whichever process ended them. By the time of an event the bearer check
/// already refuses the session's tokens; sockets are for their owner to close.
/// </summary>
public sealed class SessionRevocations : IDisposable
{
    private const string Channel = "sessions_revoked";

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

    /// <summary>A login, or all of a user's, has ended. May be raised more than once for the same.</summary>
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
    /// Tells this process after the commit. The signal, if one was queued, reaches the others by itself.
    /// </summary>
    public void Announce(Guid userId, Guid? sessionId = null)
    {
        if (sessionId is { } id)
            live.Forget(id);
        else
            live.ForgetAll(userId);
        Revoked?.Invoke(new(userId, sessionId));
    }

    /// <summary>
    /// Ends all sessions of the user with this unit of work, in every process. Call <see cref="Announce"/> after its
    /// commit.
    /// </summary>
    public static void QueueRevokeAll(IDocumentSession documents, Guid userId, DateTimeOffset now)
    {
        documents.QueueSqlCommand(
            "update sessions set revoked_at = ? where user_id = ? and revoked_at is null",
            now,
            userId
        );
        documents.QueueSqlCommand("select pg_notify(?, ?)", Channel, userId.ToString());
    }

    /// <summary>
    /// Closes the user's sockets with this unit of work, in every process, while the logins stay: the client comes back
    /// at once, with the rights that it has now. Call <see cref="Announce"/> after its commit.
    /// </summary>
    public static void QueueReconnect(IDocumentSession documents, Guid userId) =>
        documents.QueueSqlCommand("select pg_notify(?, ?)", Channel, userId.ToString());

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
        var ids = payload.Split(' ');
        if (Guid.TryParse(ids[0], out var userId))
            Announce(userId, ids.Length > 1 && Guid.TryParse(ids[1], out var sessionId) ? sessionId : null);
        return ValueTask.CompletedTask;
    }

    private void OnMissed()
    {
        accounts.Clear();
        live.ForgetEverything();
        Missed?.Invoke();
    }
}
