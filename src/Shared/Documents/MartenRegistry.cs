using System.Linq.Expressions;
using System.Reflection;

namespace Chatalot.Shared.Documents;

/// <summary>
/// Declares document types: a feature subclasses it and calls <see cref="For{T}"/> in its constructor, and
/// <see cref="StoreOptions.Schema"/> includes it.
/// </summary>
public class MartenRegistry
{
    private readonly Dictionary<Type, DocumentDeclaration> declarations = [];

    internal IEnumerable<DocumentDeclaration> Declarations => declarations.Values;

    /// <summary>
    /// Declares a document type, or goes on with its declaration. Its id is its property <c>Guid Id</c>.
    /// </summary>
    public DocumentMappingExpression<T> For<T>()
        where T : class
    {
        if (!declarations.TryGetValue(typeof(T), out var declaration))
            declarations[typeof(T)] = declaration = DocumentDeclaration.For<T>();
        return new(declaration);
    }

    /// <summary>Takes over the declarations of a feature.</summary>
    /// <exception cref="InvalidOperationException">A document type is declared twice.</exception>
    public void Include<TRegistry>()
        where TRegistry : MartenRegistry, new()
    {
        foreach (var declaration in new TRegistry().Declarations)
        {
            if (!declarations.TryAdd(declaration.Type, declaration))
                throw new InvalidOperationException($"Document {declaration.Type.Name} is declared twice.");
        }
    }
}

/// <summary>What happens to a document when the document that its foreign key names is deleted.</summary>
public enum CascadeAction
{
    /// <summary>The deletion fails, unless a later statement of the same transaction solves it first.</summary>
    NoAction,

    /// <summary>The deletion fails at once.</summary>
    Restrict,

    /// <summary>The document is deleted too.</summary>
    Cascade,
}

/// <summary>
/// Says how one document type is stored. Members are named by expressions such as <c>x => x.OwnerId</c> and must be
/// plain properties that are part of the document's JSON: Guid, string, bool, int, long, DateTimeOffset, an enum, or a
/// nullable of these.
/// </summary>
public sealed class DocumentMappingExpression<T>
    where T : class
{
    private readonly DocumentDeclaration declaration;

    internal DocumentMappingExpression(DocumentDeclaration declaration) => this.declaration = declaration;

    /// <summary>
    /// The table is <c>mt_doc_&lt;alias&gt;</c>; without this the alias is the type's name in lower case.
    /// </summary>
    public DocumentMappingExpression<T> DocumentAlias(string alias)
    {
        declaration.Alias = alias;
        return this;
    }

    /// <summary>Keeps the member in a column of its own with an index, under its JSON name.</summary>
    public DocumentMappingExpression<T> Duplicate(Expression<Func<T, object?>> member) => Index(member);

    /// <summary>An index over the members, which become columns.</summary>
    public DocumentMappingExpression<T> Index(params Expression<Func<T, object?>>[] members)
    {
        declaration.Indexes.Add((PropertiesOf(members), false));
        return this;
    }

    /// <summary>
    /// No two documents have the same values of these members (nulls never collide). To ignore case, the document
    /// holds a normalised member and that one is named here. See <see cref="UniqueViolation"/>.
    /// </summary>
    public DocumentMappingExpression<T> UniqueIndex(params Expression<Func<T, object?>>[] members)
    {
        declaration.Indexes.Add((PropertiesOf(members), true));
        return this;
    }

    /// <summary>
    /// The member is the id of an existing document of the other type, or null; it becomes an indexed column.
    /// </summary>
    public DocumentMappingExpression<T> ForeignKey<TOther>(
        Expression<Func<T, object?>> member,
        CascadeAction onDelete = CascadeAction.NoAction
    )
        where TOther : class
    {
        declaration.ForeignKeys.Add((PropertyOf(member), typeof(TOther), onDelete));
        return Index(member);
    }

    /// <summary>A change that was made on an old version fails with <see cref="ConcurrencyException"/>.</summary>
    public DocumentMappingExpression<T> UseOptimisticConcurrency(bool enabled)
    {
        declaration.OptimisticConcurrency = enabled;
        return this;
    }

    private static PropertyInfo[] PropertiesOf(Expression<Func<T, object?>>[] members) =>
        members.Length > 0 ? [.. members.Select(PropertyOf)] : throw new ArgumentException("Name at least one member.");

    private static PropertyInfo PropertyOf(Expression<Func<T, object?>> member)
    {
        var body = member.Body is UnaryExpression { NodeType: ExpressionType.Convert } cast
            ? cast.Operand
            : member.Body;
        return body is MemberExpression { Member: PropertyInfo property, Expression: ParameterExpression }
            ? property
            : throw new ArgumentException($"{typeof(T).Name}: {member} does not name a property of the document.");
    }
}
