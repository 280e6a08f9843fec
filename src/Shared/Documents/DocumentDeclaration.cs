using System.Reflection;
using System.Text.Json.Serialization.Metadata;

namespace Chatalot.Shared.Documents;

/// <summary>What a feature declared about one document type, before it is checked against the type's JSON.</summary>
internal sealed class DocumentDeclaration
{
    private readonly Func<DocumentTable, JsonTypeInfo, DocumentMapping> map;

    private DocumentDeclaration(Type type, Func<DocumentTable, JsonTypeInfo, DocumentMapping> map)
    {
        Type = type;
        Alias = type.Name.ToLowerInvariant();
        this.map = map;
    }

    public Type Type { get; }
    public string Alias { get; set; }
    public bool OptimisticConcurrency { get; set; }
    public List<(PropertyInfo[] Members, bool Unique)> Indexes { get; } = [];
    public List<(PropertyInfo Member, Type Target, CascadeAction OnDelete)> ForeignKeys { get; } = [];
    public string TableName => $"mt_doc_{Alias}";

    public static DocumentDeclaration For<T>()
        where T : class => new(typeof(T), (table, json) => new DocumentMapping<T>(table, (JsonTypeInfo<T>)json));

    /// <summary>Resolves members to columns and other documents to tables.</summary>
    /// <exception cref="InvalidOperationException">The declaration cannot be stored; the message says why.</exception>
    public DocumentMapping Resolve(JsonTypeInfo? json, IReadOnlyDictionary<Type, string> tableNames)
    {
        if (json is null)
            throw Mistake("has no JsonTypeInfo: add [JsonSerializable] to a context and pass it to UseContext");

        var uniqueLeads = Indexes.Where(i => i.Unique).Select(i => i.Members[0].Name).ToHashSet();
        var table = new DocumentTable
        {
            Name = TableName,
            DotNetType = Type.FullName!,
            OptimisticConcurrency = OptimisticConcurrency,
            Columns = [.. Indexes.SelectMany(i => i.Members).Select(m => ColumnOf(m, json)).Distinct()],
            Indexes =
            [
                .. Indexes
                    // A unique index serves lookups by its first member as well as an index of its own would.
                    .Where(i => i.Unique || i.Members.Length > 1 || !uniqueLeads.Contains(i.Members[0].Name))
                    .Select(i => new DocumentIndex(
                        TableName,
                        [.. i.Members.Select(m => ColumnOf(m, json).Name)],
                        i.Unique
                    ))
                    .DistinctBy(i => i.Name),
            ],
            ForeignKeys =
            [
                .. ForeignKeys.Select(k => new DocumentForeignKey(
                    TableName,
                    ColumnOf(k.Member, json).Name,
                    tableNames.GetValueOrDefault(k.Target)
                        ?? throw Mistake($"refers to {k.Target.Name}, which is not a registered document"),
                    k.OnDelete
                )),
            ],
        };
        foreach (var name in table.Identifiers)
        {
            // PostgreSQL would cut a longer name silently, and two names could then collide.
            if (name.Length > 63)
                throw Mistake($"needs the name {name}, which is longer than PostgreSQL's 63 characters");
        }
        return map(table, json);
    }

    private DocumentColumn ColumnOf(PropertyInfo member, JsonTypeInfo json)
    {
        var name = json
            .Properties.FirstOrDefault(p =>
                p.Get is not null && p.AttributeProvider is MemberInfo m && m.Name == member.Name
            )
            ?.Name;
        if (name is null)
            throw Mistake($"indexes {member.Name}, which is not part of its JSON");
        if (
            name is "id" or "data"
            || name.StartsWith("mt_", StringComparison.Ordinal)
            || name.AsSpan().ContainsAny("'\"")
        )
            throw Mistake($"indexes {member.Name}, whose JSON name {name} cannot be a column");

        var type = Nullable.GetUnderlyingType(member.PropertyType) ?? member.PropertyType;
        return new(
            name,
            type switch
            {
                _ when type == typeof(string) || type.IsEnum => "varchar",
                _ when type == typeof(Guid) => "uuid",
                _ when type == typeof(bool) => "boolean",
                _ when type == typeof(int) => "integer",
                _ when type == typeof(long) => "bigint",
                _ when type == typeof(DateTimeOffset) => "timestamptz",
                _ => throw Mistake($"indexes {member.Name}, whose type {type.Name} has no column type"),
            }
        );
    }

    private InvalidOperationException Mistake(string what) => new($"Document {Type.FullName} {what}.");
}
