using System.Diagnostics.Metrics;
using Chatalot.Shared.Postgres;
using Chatalot.Shared.Realtime;
using Chatalot.Shared.Security;

namespace Chatalot.Features.Operations;

/// <summary>
/// What is looked up when somebody reads the metrics: sockets, queues, database, disk. Meter <c>Chatalot.Server</c>.
/// The only labels are table names, which the schema bounds.
/// </summary>
public sealed class OperationsGauges
{
    private readonly Connections connections;
    private readonly DatabaseFigures figures;

    /// <summary>Makes the instruments; they live as long as the server.</summary>
    public OperationsGauges(
        IMeterFactory meters,
        Connections connections,
        PasswordHasher hasher,
        DatabaseAvailability database,
        DatabaseOptions options,
        DatabaseFigures figures,
        StorageFigures storage,
        Health.ServerUptime uptime
    )
    {
        this.connections = connections;
        RealtimeMetrics.Announce();
        this.figures = figures;
        var meter = meters.Create("Chatalot.Server");
        KeyValuePair<string, object?>[] build = [new("version", Health.ServerVersion.Current)];
        Gauge("chatalot.build_info", () => new Measurement<long>(1, build), "Always 1; the version is the label.");
        Number("chatalot.uptime", "s", () => (long)uptime.Elapsed.TotalSeconds, "How long the server has been up.");
        Number("chatalot.socket.users", null, () => connections.Users, "Users with at least one socket.");
        Number("chatalot.socket.queued", "By", () => Queued().Sum(), "Bytes that wait for slow sockets, together.");
        Number(
            "chatalot.socket.queued_max",
            "By",
            () => Queued().DefaultIfEmpty().Max(),
            "Bytes that wait for the slowest socket."
        );
        Number("chatalot.password_hash.waiting", null, () => hasher.Waiting, "Logins that wait for their turn.");
        Number("chatalot.database.up", null, () => database.IsAvailable ? 1 : 0, "1 while the database answers.");
        Number("chatalot.database.pool_max", null, () => options.MaxPoolSize, "Most connections of the pool.");
        Number("chatalot.database.pool_min", null, () => options.MinPoolSize, "Connections kept open when idle.");
        Number("chatalot.database.size", "By", () => figures.Known?.Bytes, "Size of the database.");
        Number(
            "chatalot.database.connections",
            null,
            () => figures.Known?.Connections,
            "Connections to the database, everybody's."
        );
        Number(
            "chatalot.database.max_connections",
            null,
            () => figures.Known?.MaxConnections,
            "Connections that the database server allows."
        );
        Number(
            "chatalot.database.oldest_transaction",
            "s",
            () => (long?)figures.Known?.OldestTransactionSecs,
            "Age of the oldest open transaction."
        );
        meter.CreateObservableGauge(
            "chatalot.table.size",
            () => Tables(table => table.Bytes),
            "By",
            "Size of a table."
        );
        meter.CreateObservableGauge(
            "chatalot.table.dead_rows",
            () => Tables(table => table.DeadRows),
            null,
            "Rows of a table that wait for vacuum."
        );
        Number("chatalot.disk.size", "By", () => storage.Disk?.Total, "Size of the disk of the stored files.");
        Number("chatalot.disk.free", "By", () => storage.Disk?.Free, "Free space on the disk of the stored files.");

        void Gauge(string name, Func<Measurement<long>> read, string help) =>
            meter.CreateObservableGauge(name, read, null, help);

        // What is not known is left out: a zero would be a figure.
        void Number(string name, string? unit, Func<long?> read, string help) =>
            meter.CreateObservableGauge(
                name,
                () => read() is { } value ? [new Measurement<long>(value)] : Array.Empty<Measurement<long>>(),
                unit,
                help
            );
    }

    private IEnumerable<long> Queued() => connections.All.Select(connection => (long)connection.QueuedBytes);

    private IEnumerable<Measurement<long>> Tables(Func<TableFigures, long> value) =>
        (figures.Known?.Tables ?? []).Select(table => new Measurement<long>(
            value(table),
            new KeyValuePair<string, object?>("table", table.Name)
        ));
}
