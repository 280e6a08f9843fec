using System.Collections.Frozen;
using System.Text.Json.Serialization.Metadata;

namespace Chatalot.Shared.Documents;

/// <summary>A document type with its table.</summary>
internal abstract class DocumentMapping(DocumentTable table)
{
    public DocumentTable Table { get; } = table;
}

/// <summary>A document type with its table, its id and its JSON.</summary>
internal sealed class DocumentMapping<T> : DocumentMapping
    where T : class
{
    public DocumentMapping(DocumentTable table, JsonTypeInfo<T> json)
        : base(table)
    {
        Json = json;
        IdOf =
            typeof(T).GetProperty("Id", typeof(Guid))?.GetMethod?.CreateDelegate<Func<T, Guid>>()
            ?? throw new InvalidOperationException($"Document {typeof(T).FullName} has no property Guid Id.");
    }

    public JsonTypeInfo<T> Json { get; }
    public Func<T, Guid> IdOf { get; }
}

/// <summary>Every document type of the server. Building it checks all declarations.</summary>
internal sealed class DocumentCatalog
{
    private readonly FrozenDictionary<Type, DocumentMapping> mappings;

    /// <exception cref="InvalidOperationException">A declaration cannot be stored; the message says why.</exception>
    public DocumentCatalog(StoreOptions options)
    {
        var json = options.JsonOptions();
        var declarations = options.Schema.Declarations.ToList();
        var tableNames = declarations.ToDictionary(d => d.Type, d => d.TableName);
        if (tableNames.Values.GroupBy(name => name).FirstOrDefault(g => g.Count() > 1) is { } shared)
            throw new InvalidOperationException($"Several documents would be stored in {shared.Key}.");

        mappings = declarations.ToFrozenDictionary(
            d => d.Type,
            d => d.Resolve(json.TryGetTypeInfo(d.Type, out var info) ? info : null, tableNames)
        );
    }

    public IEnumerable<DocumentTable> Tables => mappings.Values.Select(m => m.Table);

    public DocumentMapping<T> For<T>()
        where T : class =>
        mappings.GetValueOrDefault(typeof(T)) as DocumentMapping<T>
        ?? throw new InvalidOperationException($"{typeof(T).FullName} is not a registered document.");
}
