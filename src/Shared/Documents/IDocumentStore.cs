using Npgsql;

namespace Chatalot.Shared.Documents;

/// <summary>Opens sessions on the document tables. One per process. Marten's vocabulary (docs/decisions).</summary>
public interface IDocumentStore
{
    /// <summary>
    /// A session that reads and writes; changes wait for <see cref="IDocumentSession.SaveChangesAsync"/>.
    /// </summary>
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
    /// <c>select data from ...</c> (<c>select data, mt_version</c> if the documents are to be stored with optimistic
    /// concurrency). Values are always sent as parameters; the placeholder is <c>?</c>, and where PostgreSQL's own
    /// operator <c>?</c> could be taken for one, write <c>??</c>. An array that is passed alone is one value.
    /// </summary>
    Task<IReadOnlyList<T>> QueryAsync<T>(string sql, CancellationToken token, params object?[] parameters)
        where T : class;

    /// <summary>
    /// The session's connection, opened on first use and held until the session is disposed, for SQL that projects
    /// straight to response records. Opening it here blocks; prefer <see cref="OpenConnectionAsync"/>.
    /// </summary>
    NpgsqlConnection Connection { get; }

    /// <summary><see cref="Connection"/> without blocking a thread while the pool is busy.</summary>
    ValueTask<NpgsqlConnection> OpenConnectionAsync(CancellationToken token = default);
}

/// <summary>
/// A unit of work: everything queued is written in one transaction and one round trip, or not at all.
/// </summary>
public interface IDocumentSession : IQuerySession
{
    /// <summary>
    /// Inserts or replaces. A document with optimistic concurrency replaces only the version that this session loaded;
    /// one that was not loaded here must be new.
    /// </summary>
    void Store<T>(params T[] entities)
        where T : class;

    /// <summary>
    /// Inserts; an existing id fails the unit of work with the <see cref="PostgresException"/> of its primary key.
    /// </summary>
    void Insert<T>(params T[] entities)
        where T : class;

    /// <summary>
    /// Replaces; a missing id fails the unit of work as a conflict. Optimistic concurrency is checked as
    /// <see cref="Store"/> does, if the document was loaded here.
    /// </summary>
    void Update<T>(params T[] entities)
        where T : class;

    /// <summary>Deletes by id; a missing id is not an error.</summary>
    void Delete<T>(Guid id)
        where T : class;

    /// <summary>Replaces only if the stored version is still <paramref name="version"/>.</summary>
    /// <exception cref="ConcurrencyException">Thrown by <see cref="SaveChangesAsync"/> when it is not.</exception>
    void UpdateExpectedVersion<T>(T entity, Guid version)
        where T : class;

    /// <summary>
    /// Queues one statement on a plain table into the same transaction. Placeholders as in
    /// <see cref="IQuerySession.QueryAsync"/>.
    /// </summary>
    void QueueSqlCommand(string sql, params object?[] parameterValues);

    /// <summary>
    /// Writes everything queued, in the order of the calls, in one transaction. When it fails nothing is written and
    /// everything stays queued, so that a passing fault can be retried.
    /// </summary>
    /// <exception cref="ConcurrencyException">
    /// A document was changed or deleted by somebody else since it was loaded.
    /// </exception>
    /// <exception cref="PostgresException">
    /// A statement failed; see <see cref="UniqueViolation"/> for values that must be unique.
    /// </exception>
    Task SaveChangesAsync(CancellationToken token = default);
}
