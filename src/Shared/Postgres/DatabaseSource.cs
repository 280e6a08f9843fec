using System.Globalization;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Chatalot.Shared.Postgres;

/// <summary>Builds the server's ways to the database: the pool, and single connections beside it.</summary>
public static class DatabaseSource
{
    /// <summary>Name of the pool in metrics.</summary>
    public const string PoolName = "chatalot";

    /// <summary>
    /// Names the second, small pool in the service collection. Whoever may hold a connection of the first asks through
    /// this one: were there only one, as many callers as it has connections could each wait for one more, for ever.
    /// Single statements only, so that nobody waits for long here.
    /// </summary>
    public const string Lookups = "lookups";

    /// <summary>
    /// The pool that requests share. Connections go back without a reset, which saves a round of messages each time:
    /// nobody leaves session state (<c>set</c>, temporary tables, session locks) on a pooled connection.
    /// </summary>
    public static NpgsqlDataSource CreatePool(DatabaseOptions options, ILoggerFactory? loggers = null)
    {
        var connection = Pooled(options, purpose: null, options.MaxPoolSize);
        connection.MinPoolSize = options.MinPoolSize;
        // A page of messages in one piece.
        connection.ReadBufferSize = 32 * 1024;
        connection.ConnectionIdleLifetime = (int)options.IdleLifetime.TotalSeconds;
        connection.MaxAutoPrepare = 100;
        return Build(connection, PoolName, loggers);
    }

    /// <summary>
    /// Connections outside the pool, opened and closed for real: health, signals and migrations neither wait for a busy
    /// pool nor count in it.
    /// </summary>
    /// <param name="options">The same as the pool's.</param>
    /// <param name="purpose">Follows the application's name in <c>pg_stat_activity</c>, for example <c>health</c>.</param>
    /// <param name="statementTimeout">Limit of a statement; <see cref="TimeSpan.Zero"/>: none.</param>
    /// <param name="loadTypes">False saves the query for the database's own types where only text and numbers pass.</param>
    public static NpgsqlDataSource CreateUnpooled(
        DatabaseOptions options,
        string purpose,
        TimeSpan statementTimeout,
        bool loadTypes = true
    )
    {
        var connection = Common(options, purpose, statementTimeout);
        connection.Pooling = false;
        var builder = new NpgsqlDataSourceBuilder(connection.ConnectionString) { Name = $"{PoolName}-{purpose}" };
        builder.ConfigureTypeLoading(types => types.EnableTypeLoading(loadTypes));
        return builder.Build();
    }

    /// <summary>The pool of <see cref="Lookups"/>; it opens nothing before it is asked.</summary>
    public static NpgsqlDataSource CreateLookups(DatabaseOptions options, ILoggerFactory? loggers = null)
    {
        var connection = Pooled(options, Lookups, options.MaxLookups);
        connection.ConnectionIdleLifetime = (int)options.IdleLifetime.TotalSeconds;
        connection.MaxAutoPrepare = 20;
        return Build(connection, $"{PoolName}-{Lookups}", loggers);
    }

    /// <summary>
    /// One connection beside the pool, kept open, for a task that never does two things at once. Its statements are
    /// prepared and planned once for all values.
    /// </summary>
    /// <param name="options">The same as the pool's.</param>
    /// <param name="purpose">Follows the application's name in <c>pg_stat_activity</c>, for example <c>messages</c>.</param>
    /// <param name="loggers">Hear of slow statements.</param>
    public static NpgsqlDataSource CreateSingle(DatabaseOptions options, string purpose, ILoggerFactory loggers)
    {
        var connection = Pooled(options, purpose, maxPoolSize: 1);
        connection.Options += " -c plan_cache_mode=force_generic_plan";
        connection.MinPoolSize = 1;
        connection.MaxAutoPrepare = 10;
        connection.AutoPrepareMinUsages = 1;
        return Build(connection, $"{PoolName}-{purpose}", loggers);
    }

    /// <summary>
    /// Opens the pool's minimum at once: Npgsql itself opens connections only when they are asked for.
    /// </summary>
    public static async Task OpenMinimumAsync(NpgsqlDataSource pool, int minimum, CancellationToken ct)
    {
        var opening = Enumerable.Range(0, minimum).Select(_ => pool.OpenConnectionAsync(ct).AsTask()).ToList();
        try
        {
            await Task.WhenAll(opening);
        }
        finally
        {
            foreach (var opened in opening.Where(task => task.IsCompletedSuccessfully))
                await (await opened).DisposeAsync();
        }
    }

    /// <summary>What the pools have in common.</summary>
    private static NpgsqlConnectionStringBuilder Pooled(DatabaseOptions options, string? purpose, int maxPoolSize)
    {
        var connection = Common(options, purpose, options.StatementTimeout);
        connection.MaxPoolSize = maxPoolSize;
        connection.ConnectionLifetime = (int)options.Lifetime.TotalSeconds;
        connection.AutoPrepareMinUsages = 2;
        connection.NoResetOnClose = true;
        return connection;
    }

    /// <param name="connection">Where, and how.</param>
    /// <param name="name">Also the name in metrics, which would otherwise show the address of the database.</param>
    /// <param name="loggers">Hear of slow statements.</param>
    private static NpgsqlDataSource Build(
        NpgsqlConnectionStringBuilder connection,
        string name,
        ILoggerFactory? loggers
    )
    {
        var builder = new NpgsqlDataSourceBuilder(connection.ConnectionString) { Name = name };
        builder.UseLoggerFactory(loggers);
        return builder.Build();
    }

    private static NpgsqlConnectionStringBuilder Common(
        DatabaseOptions options,
        string? purpose,
        TimeSpan statementTimeout
    )
    {
        var connection = new NpgsqlConnectionStringBuilder(options.ConnectionString);
        connection.ApplicationName ??= options.ApplicationName;
        if (purpose is not null)
            connection.ApplicationName += $"-{purpose}";
        connection.Timeout = (int)options.ConnectTimeout.TotalSeconds;
        connection.CommandTimeout = (int)statementTimeout.TotalSeconds;
        // Statements here take milliseconds; where the planner takes one for dearer, compiling it takes a second. The
        // operator's own options come later and win, but for the time limit.
        var limit = string.Create(
            CultureInfo.InvariantCulture,
            $"-c statement_timeout={statementTimeout.TotalMilliseconds:0}"
        );
        connection.Options = $"-c jit=off {connection.Options} {limit}";
        connection.KeepAlive = (int)options.KeepAlive.TotalSeconds;
        if (connection.Host is not ['/', ..])
        {
            connection.TcpKeepAlive = true;
            connection.TcpKeepAliveTime = (int)options.KeepAlive.TotalSeconds;
            connection.TcpKeepAliveInterval = 5;
        }
        return connection;
    }
}
