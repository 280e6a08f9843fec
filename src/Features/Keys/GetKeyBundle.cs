using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Keys;

/// <summary>
/// GET /api/keys/{user_id}/bundle: what starts an encrypted conversation with somebody. Takes the oldest one-time
/// prekey out of the pool, as long as <see cref="ClaimLimits"/> allow it; a conversation can be started without one.
/// For those who may see the user's profile and share no block with them; one's own bundle uses nothing up.
/// </summary>
internal sealed class GetKeyBundle(NpgsqlDataSource database, TimeProvider clock)
    : Endpoint<GetKeyBundle.Query, GetKeyBundle.Response>
{
    /// <summary>With fewer one-time prekeys left their owner is asked for more.</summary>
    private const int LowMark = 25;

    /// <summary>Clients upload a hundred at a time: to ask again before they did would only double them.</summary>
    private static readonly TimeSpan BetweenLowNotices = TimeSpan.FromMinutes(1);

    private static readonly Failure NotFound = Failure.NotFound("key bundle not found");

    /// <param name="UserId">Whose keys.</param>
    public sealed record Query(Guid UserId);

    /// <param name="IdentityKey">Ed25519 public key.</param>
    /// <param name="SignedPrekey">The prekey in use.</param>
    /// <param name="OneTimePrekey">Handed out to nobody else; null when there is none to be had.</param>
    public sealed record Response(byte[] IdentityKey, SignedPrekey SignedPrekey, OneTimePrekey? OneTimePrekey);

    /// <inheritdoc/>
    public override void Configure()
    {
        GetOnce("/api/keys/{user_id}/bundle");
        Summary("Fetch a user's key bundle", 404);
    }

    /// <inheritdoc/>
    public override async Task<Response> ExecuteAsync(Query query, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var identityKey = await LockIdentityAsync(connection, query.UserId, ct) ?? throw NotFound.AsException();
        var prekey = await FindSignedPrekeyAsync(connection, query.UserId, ct) ?? throw NotFound.AsException();
        var oneTime = query.UserId == User.Id() ? null : await ClaimAsync(connection, query.UserId, ct);
        await transaction.CommitAsync(CancellationToken.None);
        return new Response(identityKey, prekey, oneTime);
    }

    /// <summary>
    /// The identity key, if the caller may have it. Its row is locked: bundles of one user are made one after the
    /// other, so limits hold exactly and no bundle mixes old keys with those of a registration that is under way.
    /// </summary>
    private Task<byte[]?> LockIdentityAsync(NpgsqlConnection connection, Guid userId, CancellationToken ct) =>
        connection.FirstAsync(
            """
            select identity.identity_key
            from identity_keys identity
            where identity.user_id = $1
              and ($1 = $2
                   or ((exists (select from community_members mine
                                join community_members theirs on theirs.community_id = mine.community_id
                                where mine.user_id = $2 and theirs.user_id = $1)
                        or exists (select from channel_members mine
                                   join mt_doc_channel channel
                                       on channel.id = mine.channel_id and channel.data ->> 'type' = 'dm'
                                   join channel_members theirs on theirs.channel_id = mine.channel_id
                                   where mine.user_id = $2 and theirs.user_id = $1)
                        or exists (select from mt_doc_user where id = $2 and (data ->> 'is_owner')::boolean))
                       and not exists (select from user_blocks
                                       where (blocker_id = $1 and blocked_id = $2)
                                          or (blocker_id = $2 and blocked_id = $1))))
            for no key update of identity
            """,
            row => row.GetFieldValue<byte[]>(0),
            ct,
            userId,
            User.Id()
        );

    private static Task<SignedPrekey?> FindSignedPrekeyAsync(
        NpgsqlConnection connection,
        Guid userId,
        CancellationToken ct
    ) =>
        connection.FirstAsync(
            """
            select key_id, public_key, signature from signed_prekeys
            where user_id = $1 order by created_at desc, id desc limit 1
            """,
            row => new SignedPrekey(row.GetInt32(0), row.GetFieldValue<byte[]>(1), row.GetFieldValue<byte[]>(2)),
            ct,
            userId
        );

    private async Task<OneTimePrekey?> ClaimAsync(NpgsqlConnection connection, Guid userId, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var (claimed, unused) = await connection.FirstAsync(
            """
            with claimed as (
                update one_time_prekeys set used_at = $3, claimed_by = $2
                where id = (select id from one_time_prekeys where user_id = $1 and used_at is null
                            order by created_at, key_id limit 1)
                  and (select count(*) from one_time_prekeys
                       where claimed_by = $2 and user_id = $1 and used_at > $4) < $5
                  and (select count(*) from one_time_prekeys where claimed_by = $2 and used_at > $4) < $6
                  and (select count(*) from one_time_prekeys where user_id = $1 and used_at > $4) < $7
                returning key_id, public_key
            )
            select claimed.key_id, claimed.public_key,
                   (select count(*)::int from one_time_prekeys where user_id = $1 and used_at is null)
            from (values (1)) always left join claimed on true
            """,
            row =>
                (
                    row.IsDBNull(0) ? null : new OneTimePrekey(row.GetInt32(0), row.GetFieldValue<byte[]>(1)),
                    row.GetInt32(2)
                ),
            ct,
            userId,
            User.Id(),
            now,
            now - ClaimLimits.Window,
            ClaimLimits.OfOneCallerAtOneTarget,
            ClaimLimits.OfOneCaller,
            ClaimLimits.AtOneTarget
        );
        await TellIfLowAsync(connection, userId, unused - (claimed is null ? 0 : 1), now, ct);
        return claimed;
    }

    private static async Task TellIfLowAsync(
        NpgsqlConnection connection,
        Guid userId,
        int remaining,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        if (remaining >= LowMark)
            return;
        var due = await connection.ExecuteAsync(
            "update identity_keys set low_told_at = $2 where user_id = $1 and (low_told_at is null or low_told_at <= $3)",
            ct,
            userId,
            now,
            now - BetweenLowNotices
        );
        if (due > 0)
            await KeyNotices.QueueLowAsync(connection, userId, remaining, ct);
    }
}

/// <summary>
/// How many one-time prekeys are handed out within <see cref="Window"/>. Beyond it bundles come without one, which
/// every client can start a conversation with: nobody is locked out, and nobody can empty another one's pool.
/// </summary>
internal static class ClaimLimits
{
    public const int OfOneCallerAtOneTarget = 30;
    public const int OfOneCaller = 300;
    public const int AtOneTarget = 300;

    public static TimeSpan Window { get; } = TimeSpan.FromHours(1);
}
