namespace Chatalot.Shared.Postgres;

/// <summary>Where a private PostgreSQL cluster lives and how it runs.</summary>
public sealed record EmbeddedPostgresOptions
{
    /// <summary>
    /// Folder that belongs to the cluster alone: the cluster itself, its passwords, its lock. Created when missing.
    /// </summary>
    public required string DataFolder { get; init; }

    /// <summary>Folder of the server programs (<c>PG_BIN</c>). Null: searched in PATH and the usual places.</summary>
    public string? BinFolder { get; init; }

    /// <summary>Name of the application's role and of its database.</summary>
    public string Database { get; init; } = "chatalot";

    /// <summary>False gives up durability for speed (fsync off); for test clusters only.</summary>
    public bool Durable { get; init; } = true;

    /// <summary>PostgreSQL's <c>max_connections</c>.</summary>
    public int MaxConnections { get; init; } = 100;

    /// <summary>Longest wait for a starting server; crash recovery of a large database takes its time.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Longest wait for a fast shutdown, after which the server is stopped at once (recovery at next start).
    /// </summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(15);
}

/// <summary>
/// The private cluster cannot be used. The message says what is wrong and what to do, in one or a few lines.
/// </summary>
public sealed class EmbeddedPostgresException(string message, Exception? inner = null) : Exception(message, inner);
