using System.Collections.Frozen;
using Chatalot.Shared.Caching;
using Chatalot.Shared.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Chatalot.Features.Users;

/// <summary>
/// Whether a block stands between two people, in either direction: then nothing of their direct messages passes. From
/// memory whenever possible; every process sees a change at once.
/// </summary>
public sealed class BlockDirectory : IDisposable
{
    private const string Channel = "blocks_changed";
    private const int Capacity = 20_000;
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(1);

    private readonly NpgsqlDataSource database;
    private readonly LiveCache<FrozenSet<Guid>> cache;
    private readonly IDisposable subscription;

    /// <summary>
    /// Somebody's blocks changed, here or elsewhere; null: anybody's may have. What is asked from then on is new.
    /// </summary>
    public event Func<Guid?, Task>? Changed;

    /// <summary>Starts to listen for changes made by other processes.</summary>
    public BlockDirectory(
        [FromKeyedServices(DatabaseSource.Lookups)] NpgsqlDataSource database,
        DatabaseSignals signals,
        TimeProvider clock
    )
    {
        this.database = database;
        cache = new(Capacity, MaxAge, clock);
        subscription = signals.Subscribe(Channel, OnChanged, OnMissed);
    }

    /// <summary>
    /// Whether one of the two has blocked the other. Completes synchronously when both are in memory.
    /// </summary>
    public async ValueTask<bool> IsBetweenAsync(Guid one, Guid other, CancellationToken ct) =>
        await HasBlockedAsync(one, other, ct) || await HasBlockedAsync(other, one, ct);

    /// <summary>Whether <paramref name="blockerId"/> has blocked <paramref name="blockedId"/>.</summary>
    public async ValueTask<bool> HasBlockedAsync(Guid blockerId, Guid blockedId, CancellationToken ct) =>
        (await OfAsync(blockerId, ct)).Contains(blockedId);

    /// <summary>Whom the person has blocked. Completes synchronously when it is in memory.</summary>
    public async ValueTask<FrozenSet<Guid>> OfAsync(Guid blockerId, CancellationToken ct) =>
        (await cache.GetAsync(blockerId, ReadAsync, ct))!;

    /// <summary>
    /// Forgets what this process knows of the person's blocks, and completes when all have heard of it.
    /// </summary>
    internal async Task InvalidateAsync(Guid? blockerId)
    {
        if (blockerId is { } id)
            cache.Invalidate(id);
        else
            cache.Clear();
        // Calling them all at once would wait for the last one only.
        foreach (var changed in Delegate.EnumerateInvocationList(Changed))
            await changed(blockerId);
    }

    /// <summary>Tells the other processes, at the commit of the connection's transaction.</summary>
    internal static Task SignalAsync(NpgsqlConnection connection, Guid blockerId, CancellationToken ct) =>
        DatabaseSignals.NotifyAsync(connection, Channel, blockerId.ToString(), ct);

    /// <inheritdoc/>
    public void Dispose() => subscription.Dispose();

    private async Task<FrozenSet<Guid>?> ReadAsync(Guid blockerId, CancellationToken ct)
    {
        var blocked = await database.ListAsync(
            "select blocked_id from user_blocks where blocker_id = $1",
            row => row.GetGuid(0),
            ct,
            blockerId
        );
        return blocked.ToFrozenSet();
    }

    private ValueTask OnChanged(string blockerId)
    {
        if (Guid.TryParse(blockerId, out var id))
            _ = InvalidateAsync(id);
        return ValueTask.CompletedTask;
    }

    private void OnMissed() => _ = InvalidateAsync(blockerId: null);
}
