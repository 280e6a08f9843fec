using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Chatalot.Shared.Documents;

/// <summary>A unit of work over one connection.</summary>
internal sealed class DocumentSession(NpgsqlDataSource dataSource, DocumentCatalog catalog)
    : QuerySession(dataSource, catalog),
        IDocumentSession
{
    private readonly List<Operation> operations = [];

    // What the rows will hold when everything queued so far is written, so that a document can be stored twice.
    private readonly Dictionary<(Type, Guid), Guid> versions = [];

    public void Store<T>(params T[] entities)
        where T : class
    {
        var mapping = Catalog.For<T>();
        foreach (var entity in entities)
        {
            if (!mapping.Table.OptimisticConcurrency)
                Write(mapping, mapping.Table.Upsert, entity);
            else if (VersionOf(mapping, entity) is { } loaded)
                Write(mapping, mapping.Table.UpdateVersion, entity, loaded);
            else
                Write(mapping, mapping.Table.InsertNew, entity);
        }
    }

    public void Insert<T>(params T[] entities)
        where T : class
    {
        var mapping = Catalog.For<T>();
        foreach (var entity in entities)
            Write(mapping, mapping.Table.Insert, entity);
    }

    public void Update<T>(params T[] entities)
        where T : class
    {
        var mapping = Catalog.For<T>();
        foreach (var entity in entities)
        {
            var loaded = VersionOf(mapping, entity);
            Write(mapping, loaded is null ? mapping.Table.Update : mapping.Table.UpdateVersion, entity, loaded);
        }
    }

    public void UpdateExpectedVersion<T>(T entity, Guid version)
        where T : class
    {
        var mapping = Catalog.For<T>();
        Write(mapping, mapping.Table.UpdateVersion, entity, version);
    }

    public void Delete<T>(Guid id)
        where T : class
    {
        var sql = Catalog.For<T>().Table.Delete;
        versions.Remove((typeof(T), id));
        operations.Add(new(() => new NpgsqlBatchCommand(sql) { Parameters = { SqlStatement.ToParameter(id) } }));
    }

    public void QueueSqlCommand(string sql, params object?[] parameterValues)
    {
        var statement = new SqlStatement(sql, parameterValues);
        operations.Add(new(Command));

        NpgsqlBatchCommand Command()
        {
            var command = new NpgsqlBatchCommand(statement.Text);
            statement.AddTo(command.Parameters);
            return command;
        }
    }

    public async Task SaveChangesAsync(CancellationToken token = default)
    {
        if (operations.Count == 0)
            return;

        // Without error barriers a batch is one implicit transaction: all of it commits in its one round trip.
        await using var batch = new NpgsqlBatch(await OpenConnectionAsync(token));
        foreach (var operation in operations)
            batch.BatchCommands.Add(operation.Command());
        try
        {
            await batch.ExecuteNonQueryAsync(token);
        }
        catch (PostgresException e) when (e.SqlState == DocumentTable.RowMissing)
        {
            // The message begins with the table and the id; the type is known by the table only to this side.
            var failed = operations.First(o =>
                e.MessageText.StartsWith($"{o.Table} {o.Id} ", StringComparison.Ordinal)
            );
            throw new ConcurrencyException(failed.DocumentType!, failed.Id);
        }
        operations.Clear();
    }

    protected override void Remember<T>(DocumentMapping<T> mapping, T document, Guid version)
    {
        if (mapping.Table.OptimisticConcurrency)
            versions[(typeof(T), mapping.IdOf(document))] = version;
    }

    private Guid? VersionOf<T>(DocumentMapping<T> mapping, T document)
        where T : class => versions.TryGetValue((typeof(T), mapping.IdOf(document)), out var version) ? version : null;

    private void Write<T>(DocumentMapping<T> mapping, string sql, T entity, Guid? expectedVersion = null)
        where T : class
    {
        var (id, version) = (mapping.IdOf(entity), Guid.CreateVersion7());
        Remember(mapping, entity, version);
        operations.Add(new(Command, typeof(T), mapping.Table.Name, id));

        NpgsqlBatchCommand Command()
        {
            var data = JsonSerializer.SerializeToUtf8Bytes(entity, mapping.Json);
            var command = new NpgsqlBatchCommand(sql);
            command.Parameters.Add(SqlStatement.ToParameter(id));
            command.Parameters.Add(
                new NpgsqlParameter<byte[]> { TypedValue = data, NpgsqlDbType = NpgsqlDbType.Jsonb }
            );
            command.Parameters.Add(SqlStatement.ToParameter(version));
            if (expectedVersion is { } expected)
                command.Parameters.Add(SqlStatement.ToParameter(expected));
            return command;
        }
    }

    /// <param name="Command">Builds the statement when the unit of work is saved.</param>
    /// <param name="DocumentType">The document that is written, if it is one.</param>
    /// <param name="Table">The document's table.</param>
    /// <param name="Id">The document's id.</param>
    private sealed record Operation(
        Func<NpgsqlBatchCommand> Command,
        Type? DocumentType = null,
        string? Table = null,
        Guid Id = default
    );
}
