namespace Chatalot.Shared.Documents;

/// <summary>A member that is kept in a column of its own beside the JSON that it is taken from.</summary>
internal sealed record DocumentColumn(string Name, string SqlType)
{
    /// <summary>
    /// The member's value as SQL; the database takes it from the JSON, so that the two cannot differ.
    /// </summary>
    public string From(string json) =>
        SqlType == "varchar" ? $"{json} ->> '{Name}'" : $"({json} ->> '{Name}')::{SqlType}";
}

internal sealed record DocumentIndex(string Table, string[] Columns, bool Unique)
{
    public string Name => $"{Table}_{(Unique ? "uidx" : "idx")}_{string.Join('_', Columns)}";
}

internal sealed record DocumentForeignKey(string Table, string Column, string Target, CascadeAction OnDelete)
{
    public string Name => $"{Table}_{Column}_fkey";
}

/// <summary>
/// One document type's table, laid out as Marten does, and its statements. Parameters of those that write:
/// <c>$1</c> id, <c>$2</c> data, <c>$3</c> new version, <c>$4</c> expected version.
/// </summary>
internal sealed class DocumentTable
{
    /// <summary>
    /// What <c>mt_require_row</c> raises. A statement that had to touch a row and found none thereby fails the whole
    /// batch inside the database, so that checking versions costs no second round trip before the commit.
    /// </summary>
    public const string RowMissing = "MT001";

    public required string Name { get; init; }
    public required string DotNetType { get; init; }
    public required bool OptimisticConcurrency { get; init; }
    public required IReadOnlyList<DocumentColumn> Columns { get; init; }
    public required IReadOnlyList<DocumentIndex> Indexes { get; init; }
    public required IReadOnlyList<DocumentForeignKey> ForeignKeys { get; init; }

    public IEnumerable<string> Identifiers =>
        [
            $"{Name}_pkey",
            .. Columns.Select(c => c.Name),
            .. Indexes.Select(i => i.Name),
            .. ForeignKeys.Select(k => k.Name),
        ];

    public string Select => field ??= $"select d.data, d.mt_version from {Name} as d ";
    public string Load => field ??= $"{Select}where d.id = $1";
    public string LoadMany => field ??= $"{Select}where d.id = any($1)";
    public string Delete => field ??= $"delete from {Name} where id = $1";

    public string Insert =>
        field ??= $"insert into {Name} (id, {List(s => s.Column)}) values ($1, {List(s => s.Value)})";

    /// <summary>Inserts or replaces, whatever is there.</summary>
    public string Upsert =>
        field ??=
            $"{Insert} on conflict (id) do update set {List(s => $"{s.Column} = excluded.{s.Column}")}, "
            + "mt_last_modified = transaction_timestamp()";

    /// <summary>Inserts; an existing row fails.</summary>
    public string InsertNew => field ??= RequireRow($"{Insert} on conflict (id) do nothing");

    /// <summary>Replaces; a missing row fails.</summary>
    public string Update => field ??= RequireRow(Replace);

    /// <summary>Replaces the expected version; any other fails.</summary>
    public string UpdateVersion => field ??= RequireRow($"{Replace} and mt_version = $4");

    private string Replace =>
        $"update {Name} set {List(s => $"{s.Column} = {s.Value}")}, mt_last_modified = transaction_timestamp() where id = $1";

    private IEnumerable<(string Column, string Value)> Settings =>
        [
            ("data", "$2"),
            ("mt_version", "$3"),
            ("mt_dotnet_type", $"'{DotNetType}'"),
            .. Columns.Select(c => ($"\"{c.Name}\"", c.From("$2"))),
        ];

    private string List(Func<(string Column, string Value), string> part) => string.Join(", ", Settings.Select(part));

    private string RequireRow(string statement) =>
        $"with changed as ({statement} returning id) "
        + $"select mt_require_row(exists (select from changed), '{Name}', $1)";
}
