using Chatalot.Shared.Caching;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Push;

/// <summary>A browser that can be woken.</summary>
/// <param name="Id">The subscription.</param>
/// <param name="Endpoint">Where its push service takes messages.</param>
/// <param name="Keys">What only the browser can read.</param>
internal sealed record PushTarget(Guid Id, string Endpoint, PushKeys Keys);

/// <summary>
/// Who can be woken. Whether somebody subscribed at all is answered from memory, so that messages to people without a
/// subscription cost the database nothing; the subscriptions themselves are read when there is something to send.
/// </summary>
internal sealed class PushAudience : IDisposable
{
    /// <summary>A subscription that failed this often is given up, as the hourly job sees it.</summary>
    private const int MostFailures = 3;
    private const int Capacity = 50_000;
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(10);

    private readonly NpgsqlDataSource database;
    private readonly TimeProvider clock;
    private readonly LiveCache<Listener> cache;
    private readonly IDisposable subscription;

    public PushAudience(NpgsqlDataSource database, DatabaseSignals signals, TimeProvider clock)
    {
        this.database = database;
        this.clock = clock;
        cache = new(Capacity, MaxAge, clock);
        subscription = signals.Subscribe("push_subscribed", OnSubscribed, cache.Clear);
    }

    /// <summary>Forgets what this process knows of the person.</summary>
    public void Invalidate(Guid userId) => cache.Invalidate(userId);

    /// <summary>The person's browsers; none while they do not want to be disturbed by direct messages.</summary>
    public async Task<IReadOnlyList<PushTarget>> OfAsync(Guid userId, CancellationToken ct)
    {
        if (await cache.GetAsync(userId, ReadAsync, ct) is not { IsSubscribed: true })
            return [];
        return await database.ListAsync(
            """
            select id, endpoint, p256dh_key, auth_key from push_subscriptions
            where user_id = $1 and failure_count < $2
                and not exists (select from presence_choices where user_id = $1 and status = 'dnd')
                and not exists (
                    select from user_preferences
                    where user_id = $1 and preferences -> 'desktopNotifyDm' = 'false'
                )
            """,
            row => new PushTarget(
                row.GetGuid(0),
                row.GetString(1),
                new PushKeys(row.GetFieldValue<byte[]>(2), row.GetFieldValue<byte[]>(3))
            ),
            ct,
            userId,
            MostFailures
        );
    }

    /// <summary>The push service took a message for it.</summary>
    public Task ReachedAsync(PushTarget target, CancellationToken ct) =>
        database.ExecuteAsync(
            "update push_subscriptions set last_used = $2, failure_count = 0 where id = $1",
            ct,
            target.Id,
            clock.GetUtcNow()
        );

    /// <summary>It could not be reached.</summary>
    public Task FailedAsync(PushTarget target, CancellationToken ct) =>
        database.ExecuteAsync(
            "update push_subscriptions set failure_count = failure_count + 1 where id = $1",
            ct,
            target.Id
        );

    /// <summary>The browser has given it up. One that subscribed again meanwhile has other keys and stays.</summary>
    public Task GoneAsync(PushTarget target, CancellationToken ct) =>
        database.ExecuteAsync(
            "delete from push_subscriptions where id = $1 and p256dh_key = $2",
            ct,
            target.Id,
            target.Keys.P256dh
        );

    public void Dispose() => subscription.Dispose();

    private async Task<Listener?> ReadAsync(Guid userId, CancellationToken ct) =>
        await database.FirstAsync(
            "select exists (select from push_subscriptions where user_id = $1)",
            row => new Listener(row.GetBoolean(0)),
            ct,
            userId
        );

    private ValueTask OnSubscribed(string userId)
    {
        if (Guid.TryParse(userId, out var id))
            cache.Invalidate(id);
        return ValueTask.CompletedTask;
    }

    private sealed record Listener(bool IsSubscribed);
}
