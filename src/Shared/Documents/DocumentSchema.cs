using Npgsql;

namespace Chatalot.Shared.Documents;

/// <summary>Creates and patches the tables of all registered documents. Never drops or narrows anything.</summary>
public sealed class DocumentSchema
{
    private const long AdvisoryLock = 0x6D74_5F64_6F63_73; // "mt_docs"

    private readonly DocumentCatalog catalog;

    internal DocumentSchema(DocumentCatalog catalog) => this.catalog = catalog;

    /// <summary>
    /// Creates what is missing: tables, columns (filled from the documents that are there), indexes, foreign keys. All
    /// in one transaction and one round trip, under an advisory lock, so any number of processes may call it at once.
    /// When nothing is missing no table is locked.
    /// </summary>
    /// <exception cref="PostgresException">For example a new unique index over values that are not unique.</exception>
    public async Task ApplyAsync(NpgsqlConnection connection, CancellationToken token = default)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new($"select pg_advisory_xact_lock({AdvisoryLock})"));
        foreach (var statement in Statements())
            batch.BatchCommands.Add(new(statement));
        await batch.ExecuteNonQueryAsync(token);
    }

    private IEnumerable<string> Statements()
    {
        yield return $"""
            create or replace function mt_require_row(row_found boolean, table_name text, row_id uuid)
            returns void language plpgsql as $$
            begin
                if not row_found then
                    raise exception '% % is missing or has another version', table_name, row_id
                        using errcode = '{DocumentTable.RowMissing}';
                end if;
            end $$
            """;

        foreach (var table in catalog.Tables)
        {
            yield return $"""
                create table if not exists {table.Name} (
                    id uuid primary key,
                    data jsonb not null,
                    mt_last_modified timestamptz not null default transaction_timestamp(),
                    mt_version uuid not null,
                    mt_dotnet_type varchar
                )
                """;
            foreach (var column in table.Columns)
                yield return Unless(
                    $"from pg_attribute where attrelid = '{table.Name}'::regclass and attname = '{column.Name}'",
                    $"""
                    alter table {table.Name} add column "{column.Name}" {column.SqlType};
                    update {table.Name} set "{column.Name}" = {column.From("data")};
                    """
                );
            foreach (var index in table.Indexes)
                yield return Unless(
                    $"from pg_class where oid = to_regclass('{Quoted(index.Name)}')",
                    $"create {(index.Unique ? "unique " : "")}index {Quoted(index.Name)} on {table.Name} "
                        + $"({string.Join(", ", index.Columns.Select(Quoted))});"
                );
        }

        foreach (var key in catalog.Tables.SelectMany(t => t.ForeignKeys))
            yield return Unless(
                $"from pg_constraint where conrelid = '{key.Table}'::regclass and conname = '{key.Name}'",
                $"alter table {key.Table} add constraint {Quoted(key.Name)} foreign key ({Quoted(key.Column)}) "
                    + $"references {key.Target} (id) on delete {OnDelete(key.OnDelete)};"
            );
    }

    /// <summary>
    /// Asks the catalogue first instead of <c>if not exists</c>, which would lock the table even when there is nothing
    /// to do and so stall or deadlock the writers of a server that is already running.
    /// </summary>
    private static string Unless(string exists, string change) =>
        $"do $do$ begin if not exists (select {exists}) then {change} end if; end $do$";

    private static string Quoted(string identifier) => $"\"{identifier}\"";

    private static string OnDelete(CascadeAction action) =>
        action switch
        {
            CascadeAction.Cascade => "cascade",
            CascadeAction.Restrict => "restrict",
            _ => "no action",
        };
}
