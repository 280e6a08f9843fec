using System.Text.Json;
using Npgsql;

namespace Chatalot.Shared.Documents;

/// <summary>Reads documents over one connection.</summary>
internal class QuerySession(NpgsqlDataSource dataSource, DocumentCatalog catalog) : IQuerySession
{
    private NpgsqlConnection? connection;

    public NpgsqlConnection Connection => connection ??= dataSource.OpenConnection();

    protected DocumentCatalog Catalog { get; } = catalog;

    public async ValueTask<NpgsqlConnection> OpenConnectionAsync(CancellationToken token = default) =>
        connection ??= await dataSource.OpenConnectionAsync(token);

    public async Task<T?> LoadAsync<T>(Guid id, CancellationToken token = default)
        where T : class
    {
        var mapping = Catalog.For<T>();
        var documents = await ReadAsync(mapping, mapping.Table.Load, p => p.Add(SqlStatement.ToParameter(id)), token);
        return documents.Count == 0 ? null : documents[0];
    }

    public async Task<IReadOnlyList<T>> LoadManyAsync<T>(CancellationToken token, params Guid[] ids)
        where T : class
    {
        if (ids.Length == 0)
            return [];
        var mapping = Catalog.For<T>();
        return await ReadAsync(mapping, mapping.Table.LoadMany, p => p.Add(SqlStatement.ToParameter(ids)), token);
    }

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, CancellationToken token, params object?[] parameters)
        where T : class
    {
        var mapping = Catalog.For<T>();
        var statement = new SqlStatement(IsWhole(sql) ? sql : mapping.Table.Select + sql, parameters);
        return await ReadAsync(mapping, statement.Text, statement.AddTo, token);
    }

    public async ValueTask DisposeAsync()
    {
        if (connection is not null)
            await connection.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Told of every document that was read together with its version.</summary>
    protected virtual void Remember<T>(DocumentMapping<T> mapping, T document, Guid version)
        where T : class { }

    private async Task<List<T>> ReadAsync<T>(
        DocumentMapping<T> mapping,
        string sql,
        Action<NpgsqlParameterCollection> addParameters,
        CancellationToken token
    )
        where T : class
    {
        await using var command = new NpgsqlCommand(sql, await OpenConnectionAsync(token));
        addParameters(command.Parameters);
        await using var reader = await command.ExecuteReaderAsync(token);

        var hasVersion = reader.FieldCount > 1 && reader.GetName(1) == "mt_version";
        var documents = new List<T>();
        while (await reader.ReadAsync(token))
        {
            var document =
                JsonSerializer.Deserialize(reader.GetFieldValue<byte[]>(0), mapping.Json)
                ?? throw new JsonException($"{mapping.Table.Name} holds null instead of a document.");
            if (hasVersion)
                Remember(mapping, document, reader.GetGuid(1));
            documents.Add(document);
        }
        return documents;
    }

    private static bool IsWhole(string sql)
    {
        var start = sql.AsSpan().TrimStart();
        return start.StartsWith("select", StringComparison.OrdinalIgnoreCase)
            || start.StartsWith("with", StringComparison.OrdinalIgnoreCase);
    }
}
