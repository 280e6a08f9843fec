using Chatalot.Shared.Documents;

namespace Chatalot.Features.Auth;

/// <summary>A login that is about to be stored, with the token that only its client will know.</summary>
/// <param name="Id">Names the login in lists and in access tokens.</param>
/// <param name="UserId">Who logged in.</param>
/// <param name="Token">The first refresh token.</param>
/// <param name="Device">From where.</param>
/// <param name="StartedAt">When.</param>
internal sealed record Session(Guid Id, Guid UserId, RefreshToken Token, ClientDevice Device, DateTimeOffset StartedAt)
{
    /// <summary>A new login of the user.</summary>
    public static Session Start(Guid userId, ClientDevice device, DateTimeOffset now) =>
        new(Guid.NewGuid(), userId, RefreshToken.New(), device, now);

    /// <summary>Queues the session, and the end of the user's least used one when there are too many.</summary>
    public void Queue(IDocumentSession documents, SessionPolicy policy)
    {
        documents.QueueSqlCommand(
            $"""
            with ended as (
                update sessions set revoked_at = ?
                where id in (
                    select id from sessions where user_id = ? and revoked_at is null and expires_at > ?
                    order by last_used_at desc, id offset ?
                )
                returning user_id, id
            )
            select {SessionRevocations.SignalSession} from ended
            """,
            StartedAt,
            UserId,
            StartedAt,
            policy.MostPerUser - 1
        );
        documents.QueueSqlCommand(
            """
            insert into sessions (id, user_id, family_hash, token_hash, device_name, ip_address,
                created_at, last_used_at, expires_at, ends_at)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            Id,
            UserId,
            Token.FamilyHash,
            Token.Hash,
            Device.Label,
            Device.Address?.ToString(),
            StartedAt,
            StartedAt,
            StartedAt + policy.IdleLimit,
            StartedAt + policy.Lifetime
        );
    }
}
