using Chatalot.Shared.Caching;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Settings;

/// <summary>
/// The instance's settings as they are now, from memory whenever possible. Every process sees a change at once; while
/// the database is away the last known values hold.
/// </summary>
public sealed class InstanceSettings : IDisposable
{
    /// <summary>The signal of a change.</summary>
    internal const string Channel = "instance_settings_changed";

    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(1);

    private readonly NpgsqlDataSource database;
    private readonly DatabaseAvailability availability;
    private readonly SchemaReadiness schema;
    private readonly LiveCache<InstanceSettingValues> cache;
    private readonly IDisposable subscription;
    private volatile InstanceSettingValues lastKnown = InstanceSettingValues.Of(new Dictionary<string, string>());

    /// <summary>Starts to listen for changes made by other processes.</summary>
    public InstanceSettings(
        NpgsqlDataSource database,
        DatabaseAvailability availability,
        SchemaReadiness schema,
        DatabaseSignals signals,
        TimeProvider clock
    )
    {
        this.database = database;
        this.availability = availability;
        this.schema = schema;
        cache = new(capacity: 1, MaxAge, clock);
        subscription = signals.Subscribe(Channel, OnChanged, Invalidate);
    }

    /// <summary>The values. Completes synchronously when they are in memory.</summary>
    public async ValueTask<InstanceSettingValues> CurrentAsync(CancellationToken ct)
    {
        if (!availability.IsAvailable || !schema.IsReady)
            return lastKnown;
        try
        {
            return (await cache.GetAsync(Guid.Empty, ReadAsync, ct))!;
        }
        catch (NpgsqlException broken) when (DatabaseFailure.IsConnectionFailure(broken))
        {
            availability.ReportFailure(broken);
            return lastKnown;
        }
    }

    /// <summary>Forgets what this process knows.</summary>
    internal void Invalidate() => cache.Clear();

    /// <summary>Tells the other processes, at the commit of the connection's transaction.</summary>
    internal static Task SignalAsync(NpgsqlConnection connection, CancellationToken ct) =>
        DatabaseSignals.NotifyAsync(connection, Channel, "", ct);

    /// <summary>The values in the connection's transaction.</summary>
    internal static async Task<InstanceSettingValues> ReadAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select key, value from instance_settings", connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var stored = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(ct))
            stored[reader.GetString(0)] = reader.GetString(1);
        return InstanceSettingValues.Of(stored);
    }

    /// <inheritdoc/>
    public void Dispose() => subscription.Dispose();

    private async Task<InstanceSettingValues?> ReadAsync(Guid id, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return lastKnown = await ReadAsync(connection, ct);
    }

    private ValueTask OnChanged(string payload)
    {
        Invalidate();
        return ValueTask.CompletedTask;
    }
}
