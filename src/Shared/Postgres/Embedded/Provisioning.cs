using Npgsql;

namespace Chatalot.Shared.Postgres.Embedded;

/// <summary>
/// Puts the application's role, database and extensions into a running cluster. Repeatable: each start completes what
/// an earlier one did not get to.
/// </summary>
internal static class Provisioning
{
    private static readonly string[] Extensions = ["pg_trgm", "pg_stat_statements"];

    /// <summary>How the application connects.</summary>
    public static NpgsqlConnectionStringBuilder Application(
        ClusterFolder folder,
        string socketFolder,
        string database
    ) => Connection(socketFolder, database, folder.PasswordOf(database), database);

    /// <summary>
    /// How the superuser connects. Its statements hold passwords: neither log nor statistics record them.
    /// </summary>
    public static NpgsqlConnectionStringBuilder Superuser(ClusterFolder folder, string socketFolder, string database)
    {
        var password = folder.PasswordOf(ClusterCreation.Superuser, mustExist: true);
        var connection = Connection(socketFolder, ClusterCreation.Superuser, password, database);
        connection.Options = "-c log_min_error_statement=panic -c log_statement=none -c pg_stat_statements.track=none";
        connection.Pooling = false;
        return connection;
    }

    /// <summary>Creates what is missing.</summary>
    /// <returns>The extensions that this installation of PostgreSQL does not have.</returns>
    public static async Task<IReadOnlyList<string>> CompleteAsync(
        ClusterFolder folder,
        string socketFolder,
        string name,
        CancellationToken ct
    )
    {
        await using (var server = new NpgsqlConnection(Superuser(folder, socketFolder, "postgres").ConnectionString))
        {
            await server.OpenAsync(ct);
            // A password has no parameter in these statements; it is hexadecimal, and the name is ours.
            var password = folder.PasswordOf(name);
            if (!await ExistsAsync(server, "select from pg_roles where rolname = $1", name, ct))
                await ExecuteAsync(server, $"create role \"{name}\" login password '{password}'", ct);
            if (!await ExistsAsync(server, "select from pg_database where datname = $1", name, ct))
                await ExecuteAsync(server, $"create database \"{name}\" owner \"{name}\"", ct);
        }

        await using var database = new NpgsqlConnection(Superuser(folder, socketFolder, name).ConnectionString);
        await database.OpenAsync(ct);
        var missing = new List<string>();
        foreach (var extension in Extensions)
        {
            if (!await ExistsAsync(database, "select from pg_available_extensions where name = $1", extension, ct))
                missing.Add(extension);
            else if (!await ExistsAsync(database, "select from pg_extension where extname = $1", extension, ct))
                await ExecuteAsync(database, $"create extension {extension}", ct);
        }
        await ExecuteAsync(database, $"grant pg_monitor to \"{name}\"", ct);
        return missing;
    }

    private static NpgsqlConnectionStringBuilder Connection(
        string socketFolder,
        string user,
        string password,
        string database
    ) =>
        new()
        {
            Host = socketFolder,
            Port = 5432,
            Username = user,
            Password = password,
            Database = database,
            SslMode = SslMode.Disable,
            GssEncryptionMode = GssEncryptionMode.Disable,
        };

    private static async Task<bool> ExistsAsync(
        NpgsqlConnection connection,
        string query,
        string name,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand(query, connection) { Parameters = { new() { Value = name } } };
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }
}
