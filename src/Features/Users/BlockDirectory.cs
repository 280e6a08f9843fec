using System.Collections.Frozen;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Caching;
using Chatalot.Shared.Postgres;
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

    /// <summary>Starts to listen for changes made by other processes.</summary>
    public BlockDirectory(NpgsqlDataSource database, DatabaseSignals signals, TimeProvider clock)
    {
        this.database = database;
        cache = new(Capacity, MaxAge, clock);
        subscription = signals.Subscribe(Channel, OnChanged, cache.Clear);
    }

    /// <summary>Whether one of the two has blocked the other. Completes synchronously when both are in memory.</summary>
    public async ValueTask<bool> IsBetweenAsync(Guid one, Guid other, CancellationToken ct) =>
        await HasBlockedAsync(one, other, ct) || await HasBlockedAsync(other, one, ct);

    /// <summary>Whether <paramref name="blockerId"/> has blocked <paramref name="blockedId"/>.</summary>
    public async ValueTask<bool> HasBlockedAsync(Guid blockerId, Guid blockedId, CancellationToken ct) =>
        (await cache.GetAsync(blockerId, ReadAsync, ct))!.Contains(blockedId);

    /// <summary>Forgets what this process knows of the person's blocks.</summary>
    internal void Invalidate(Guid blockerId) => cache.Invalidate(blockerId);

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
            cache.Invalidate(id);
        return ValueTask.CompletedTask;
    }
}
