namespace Chatalot.Shared.Postgres;

/// <summary>How the server uses its database; the defaults are the contract's (operations.md 5.10, 8.5).</summary>
public sealed record DatabaseOptions
{
    /// <summary>Begins the names of the server's connections in <c>pg_stat_activity</c>.</summary>
    public const string DefaultApplicationName = "chatalot-server";

    /// <summary>Where the database is and who connects, in Npgsql's form. Holds the password: never log it.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>Most connections that the pool opens.</summary>
    public int MaxPoolSize { get; init; } = 50;

    /// <summary>Most connections beside the pool for what is looked up while a caller holds one of the pool's.</summary>
    public int MaxLookups => Math.Clamp(MaxPoolSize / 10, 2, 10);

    /// <summary>Connections that the pool keeps open when nothing happens.</summary>
    public int MinPoolSize { get; init; } = 2;

    /// <summary>Longest wait for a free or new connection.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>An unused connection above the minimum is closed after this.</summary>
    public TimeSpan IdleLifetime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>A connection is replaced after this, so that a failover or new settings reach the pool.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>A silent connection is tested after this; also the TCP keepalive.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A statement is given up after this, by the client and by the database itself.</summary>
    public TimeSpan StatementTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Name in <c>pg_stat_activity</c>, unless the connection string gives one.</summary>
    public string ApplicationName { get; init; } = DefaultApplicationName;

    /// <summary>Without the connection string, which a record would print.</summary>
    public override string ToString() => $"{nameof(DatabaseOptions)} of {ApplicationName}";
}
