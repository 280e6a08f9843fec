using Npgsql;

namespace Chatalot.Shared.Documents;

/// <summary>Somebody else changed or deleted the document since it was loaded.</summary>
/// <param name="documentType">The document's type.</param>
/// <param name="id">The document's id.</param>
public sealed class ConcurrencyException(Type documentType, Guid id)
    : Exception($"{documentType.Name} {id} was changed or deleted by somebody else")
{
    /// <summary>The document's type.</summary>
    public Type DocumentType { get; } = documentType;

    /// <summary>The document's id.</summary>
    public Guid Id { get; } = id;
}

/// <summary>
/// Recognises a value that must be unique and is not. The constraint of a document's unique index is named
/// <c>mt_doc_&lt;alias&gt;_uidx_&lt;columns joined by _&gt;</c>, that of its id <c>mt_doc_&lt;alias&gt;_pkey</c>.
/// </summary>
/// <example><c>catch (PostgresException e) when (e.ViolatesUnique("mt_doc_user_uidx_username"))</c></example>
public static class UniqueViolation
{
    /// <summary>Whether the statement failed because <paramref name="constraint"/> found its value taken.</summary>
    public static bool ViolatesUnique(this PostgresException exception, string constraint) =>
        exception.SqlState == PostgresErrorCodes.UniqueViolation && exception.ConstraintName == constraint;
}
