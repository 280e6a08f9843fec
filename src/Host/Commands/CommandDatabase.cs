using System.CommandLine;
using Chatalot.Host.Configuration;
using Chatalot.Shared.Logging;
using Chatalot.Shared.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Chatalot.Host.Commands;

/// <summary>
/// The database for a command: the one of <c>DATABASE_URL</c>, or the server's private one, which is shared with a
/// running server and otherwise started for as long as the command takes.
/// </summary>
internal sealed class CommandDatabase : IAsyncDisposable
{
    private readonly EmbeddedPostgres? started;

    private CommandDatabase(ServerSettings settings, string connectionString, EmbeddedPostgres? started)
    {
        Settings = settings;
        ConnectionString = connectionString;
        this.started = started;
    }

    /// <summary>The checked configuration.</summary>
    public ServerSettings Settings { get; }

    /// <summary>In Npgsql's form; holds the password.</summary>
    public string ConnectionString { get; }

    /// <summary>What people should be told in one line instead of by a stack trace.</summary>
    public static bool IsExpected(Exception reason) =>
        reason
            is CommandException
                or EmbeddedPostgresException
                or SchemaException
                or NpgsqlException
                or IOException
                or UnauthorizedAccessException;

    /// <summary>The configuration of this process.</summary>
    /// <exception cref="CommandException">Something is wrong with it.</exception>
    public static ServerSettings SettingsOf(ParseResult arguments)
    {
        var bound = CommandOptions.Bind(arguments);
        return bound.Settings ?? throw new CommandException(string.Join(Environment.NewLine, bound.Problems));
    }

    /// <summary>Opens it.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="ct">Gives up.</param>
    /// <param name="alone">No server may be running on it.</param>
    /// <exception cref="CommandException">A server runs, or the configuration is wrong.</exception>
    public static async Task<CommandDatabase> OpenAsync(ParseResult arguments, CancellationToken ct, bool alone = false)
    {
        var settings = SettingsOf(arguments);
        var database = await OpenAsync(settings, ct);
        try
        {
            return alone && await IsServedAsync(database, ct)
                ? throw new CommandException("A server is running on this database. Stop it first.")
                : database;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <summary>The server's services on this database, never started: for what commands share with it.</summary>
    public WebApplication BuildServer(LogPipeline log) =>
        Server.Build(
            Settings,
            Server.DatabaseOptionsOf(Settings, cluster: null) with
            {
                ConnectionString = ConnectionString,
                MinPoolSize = 0,
            },
            log: log
        );

    public ValueTask DisposeAsync() => started?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static async Task<CommandDatabase> OpenAsync(ServerSettings settings, CancellationToken ct)
    {
        if (settings.Database.ConnectionString is { } external)
            return new CommandDatabase(settings, external, started: null);
        var options = Server.EmbeddedOptionsOf(settings);
        if (EmbeddedPostgres.FindRunning(options) is { } running)
            return new CommandDatabase(settings, running, started: null);
        var cluster = await EmbeddedPostgres.StartAsync(options, NullLogger.Instance, ct);
        return new CommandDatabase(settings, cluster.ConnectionString, cluster);
    }

    private static async Task<bool> IsServedAsync(CommandDatabase database, CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        await using var command = source.CreateCommand(
            """
            select exists (select from pg_stat_activity
            where datname = current_database() and starts_with(application_name, $1) and pid <> pg_backend_pid())
            """
        );
        var name = new NpgsqlConnectionStringBuilder(database.ConnectionString).ApplicationName;
        command.Parameters.Add(new NpgsqlParameter { Value = name ?? DatabaseOptions.DefaultApplicationName });
        return await command.ExecuteScalarAsync(ct) is true;
    }
}

/// <summary>A command cannot do what it is asked; the message says why.</summary>
internal sealed class CommandException(string message) : Exception(message);
