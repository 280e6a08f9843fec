using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Npgsql;

namespace Chatalot.Shared.Postgres;

/// <summary>
/// SQL with numbered placeholders (<c>$1</c>), values always as parameters, rows read by a function. On a connection it
/// runs in the connection's transaction, if there is one.
/// </summary>
public static class Sql
{
    /// <summary>Every row.</summary>
    public static async Task<List<T>> ListAsync<T>(
        this NpgsqlConnection connection,
        string sql,
        Func<NpgsqlDataReader, T> read,
        CancellationToken ct,
        params object?[] values
    )
    {
        await using var command = connection.Command(sql, values);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<T>();
        while (await reader.ReadAsync(ct))
            rows.Add(read(reader));
        return rows;
    }

    /// <summary>The first row, or the type's default when there is none.</summary>
    public static async Task<T?> FirstAsync<T>(
        this NpgsqlConnection connection,
        string sql,
        Func<NpgsqlDataReader, T> read,
        CancellationToken ct,
        params object?[] values
    )
    {
        await using var command = connection.Command(sql, values);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? read(reader) : default;
    }

    /// <summary>Runs a statement and returns how many rows it changed.</summary>
    public static async Task<int> ExecuteAsync(
        this NpgsqlConnection connection,
        string sql,
        CancellationToken ct,
        params object?[] values
    )
    {
        await using var command = connection.Command(sql, values);
        return await command.ExecuteNonQueryAsync(ct);
    }

    /// <inheritdoc cref="ListAsync{T}(NpgsqlConnection, string, Func{NpgsqlDataReader, T}, CancellationToken,
    /// object?[])"/>
    public static async Task<List<T>> ListAsync<T>(
        this NpgsqlDataSource database,
        string sql,
        Func<NpgsqlDataReader, T> read,
        CancellationToken ct,
        params object?[] values
    )
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await connection.ListAsync(sql, read, ct, values);
    }

    /// <inheritdoc cref="FirstAsync{T}(NpgsqlConnection, string, Func{NpgsqlDataReader, T}, CancellationToken,
    /// object?[])"/>
    public static async Task<T?> FirstAsync<T>(
        this NpgsqlDataSource database,
        string sql,
        Func<NpgsqlDataReader, T> read,
        CancellationToken ct,
        params object?[] values
    )
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await connection.FirstAsync(sql, read, ct, values);
    }

    /// <inheritdoc cref="ExecuteAsync(NpgsqlConnection, string, CancellationToken, object?[])"/>
    public static async Task<int> ExecuteAsync(
        this NpgsqlDataSource database,
        string sql,
        CancellationToken ct,
        params object?[] values
    )
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await connection.ExecuteAsync(sql, ct, values);
    }

    /// <summary>A text that may be null.</summary>
    public static string? GetText(this NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetString(column);

    /// <summary>A number that may be null.</summary>
    public static int? GetNumber(this NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetInt32(column);

    /// <summary>An id that may be null.</summary>
    public static Guid? GetId(this NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetGuid(column);

    /// <summary>A time that may be null.</summary>
    public static DateTimeOffset? GetTime(this NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);

    /// <summary>A stored document.</summary>
    public static T GetDocument<T>(this NpgsqlDataReader reader, int column, JsonTypeInfo<T> typeInfo)
        where T : class => JsonSerializer.Deserialize(reader.GetFieldValue<byte[]>(column), typeInfo)!;

    private static NpgsqlCommand Command(this NpgsqlConnection connection, string sql, object?[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        return command;
    }
}
