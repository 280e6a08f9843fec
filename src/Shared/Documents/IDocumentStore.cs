using Npgsql;

namespace Chatalot.Shared.Documents;

/// <summary>Opens sessions on the document tables. One per process. Marten's vocabulary (docs/decisions).</summary>
public interface IDocumentStore
{
    /// <summary>A session that reads and writes; changes wait for <see cref="IDocumentSession.SaveChangesAsync"/>.</summary>
    IDocumentSession LightweightSession();

    /// <summary>A session that only reads.</summary>
    IQuerySession QuerySession();
}

/// <summary>Reads documents. One session per request or job; not safe for parallel use.</summary>
public interface IQuerySession : IAsyncDisposable
{
    /// <summary>The document with this id, or null.</summary>
    Task<T?> LoadAsync<T>(Guid id, CancellationToken token = default)
        where T : class;

    /// <summary>The documents that exist among these ids, in no particular order.</summary>
    Task<IReadOnlyList<T>> LoadManyAsync<T>(CancellationToken token, params Guid[] ids)
        where T : class;

    /// <summary>
    /// Documents by SQL: a tail such as <c>where owner_id = ? order by name</c> over the document's table, or a full
    /// <c>select data from ...</c>. Placeholders are <c>?</c>; values are always sent as parameters.
    /// </summary>
    Task<IReadOnlyList<T>> QueryAsync<T>(string sql, CancellationToken token, params object[] parameters)
        where T : class;

    /// <summary>The session's connection, opened on first use, for SQL that projects straight to response records.</summary>
    NpgsqlConnection Connection { get; }
}

/// <summary>A unit of work: everything queued is written in one transaction and one round trip, or not at all.</summary>
public interface IDocumentSession : IQuerySession
{
    /// <summary>Inserts or replaces. Documents with optimistic concurrency are checked against the version loaded here.</summary>
    void Store<T>(params T[] entities)
        where T : class;

    /// <summary>Inserts; an existing id fails the unit of work.</summary>
    void Insert<T>(params T[] entities)
        where T : class;

    /// <summary>Replaces; a missing id fails the unit of work.</summary>
    void Update<T>(params T[] entities)
        where T : class;

    /// <summary>Deletes by id; a missing id is not an error.</summary>
    void Delete<T>(Guid id)
        where T : class;

    /// <summary>Replaces only if the stored version is still <paramref name="version"/>.</summary>
    /// <exception cref="ConcurrencyException">Thrown by <see cref="SaveChangesAsync"/> when it is not.</exception>
    void UpdateExpectedVersion<T>(T entity, Guid version)
        where T : class;

    /// <summary>Queues a statement on a plain table into the same transaction. Placeholders are <c>?</c>.</summary>
    void QueueSqlCommand(string sql, params object[] parameterValues);

    /// <summary>Writes everything queued, in the order of the calls, in one transaction.</summary>
    /// <exception cref="ConcurrencyException">A document was changed by somebody else since it was loaded.</exception>
    Task SaveChangesAsync(CancellationToken token = default);
}

/// <summary>Somebody else changed the document since it was loaded.</summary>
/// <param name="documentType">The document's type.</param>
/// <param name="id">The document's id.</param>
public sealed class ConcurrencyException(Type documentType, Guid id)
    : Exception($"{documentType.Name} {id} was changed by somebody else")
{
    /// <summary>The document's type.</summary>
    public Type DocumentType { get; } = documentType;

    /// <summary>The document's id.</summary>
    public Guid Id { get; } = id;
}
