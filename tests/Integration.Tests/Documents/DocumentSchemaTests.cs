using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Shared.Documents;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Chatalot.Integration.Tests.Documents;

public sealed class DocumentSchemaTests
{
    [Fact]
    public async Task Duplicated_members_are_filled_and_indexed()
    {
        await using var library = await Library.OpenAsync();
        var book = await library.AddBookAsync("Galatea");

        var columns = await RowAsync(
            library.Database,
            "select author_id, shelf, printed_at, copies, lent, title_key from mt_doc_book"
        );
        columns.ShouldBe([book.AuthorId, "reading_room", book.PrintedAt!.Value.UtcDateTime, 3L, false, "galatea"]);

        await using var session = library.Session();
        session.Store((await session.LoadAsync<Book>(book.Id))! with { PrintedAt = null, Lent = true });
        await session.SaveChangesAsync();
        (await RowAsync(library.Database, "select printed_at, lent from mt_doc_book")).ShouldBe([DBNull.Value, true]);

        (await IndexesAsync(library.Database)).ShouldBe(
            [
                "mt_doc_author_pkey",
                "mt_doc_book_idx_copies_lent",
                "mt_doc_book_idx_printed_at",
                "mt_doc_book_idx_shelf",
                "mt_doc_book_pkey",
                "mt_doc_book_uidx_author_id_title_key",
            ],
            ignoreOrder: true
        );
    }

    [Fact]
    public async Task Unique_members_are_unique_under_a_predictable_name()
    {
        await using var library = await Library.OpenAsync();
        var author = await library.AddAuthorAsync();
        await library.SaveAsync(s => s.Insert(Book.By(author, "Galatea")));

        var taken = await Should.ThrowAsync<PostgresException>(() =>
            library.SaveAsync(s => s.Insert(Book.By(author, "GALATEA")))
        );

        taken.ViolatesUnique("mt_doc_book_uidx_author_id_title_key").ShouldBeTrue();
        taken.ViolatesUnique("mt_doc_book_pkey").ShouldBeFalse();
    }

    [Fact]
    public async Task A_foreign_key_deletes_with_its_target_when_it_says_so()
    {
        await using var library = await Library.OpenAsync();
        var book = await library.AddBookAsync();

        await library.SaveAsync(s => s.Delete<Author>(book.AuthorId));

        (await library.FindAsync<Book>(book.Id)).ShouldBeNull();
    }

    [Fact]
    public async Task Many_processes_may_apply_the_schema_at_once_and_again()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using var services = Library.ServicesOn(database, o => o.Schema.Include<LibraryDocuments>());

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Library.ApplySchemaAsync(services, database)));

        (await IndexesAsync(database)).Count.ShouldBe(6);
    }

    [Fact]
    public async Task An_up_to_date_schema_is_checked_while_a_running_server_writes()
    {
        await using var library = await Library.OpenAsync();
        var author = await library.AddAuthorAsync();
        await using var writing = await library.Database.DataSource.OpenConnectionAsync();
        await using var transaction = await writing.BeginTransactionAsync();
        await using var write = new NpgsqlCommand(
            $"update mt_doc_author set id = id where id = '{author.Id}'",
            writing
        );
        await write.ExecuteNonQueryAsync();

        await Library.ApplySchemaAsync(library.Services, library.Database).WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_member_that_is_duplicated_later_is_filled_from_the_documents()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        var book = Book.By(new Author(Guid.CreateVersion7(), "Miguel"), "Galatea");
        await using (var before = Library.ServicesOn(database, o => o.Schema.For<Book>()))
        {
            await Library.ApplySchemaAsync(before, database);
            await using var session = before.GetRequiredService<IDocumentStore>().LightweightSession();
            session.Store(book, book with { Id = Guid.CreateVersion7(), PrintedAt = null });
            await session.SaveChangesAsync();
        }

        await using var after = Library.ServicesOn(
            database,
            o => o.Schema.For<Book>().Duplicate(b => b.AuthorId).Duplicate(b => b.PrintedAt).Duplicate(b => b.Shelf)
        );
        await Library.ApplySchemaAsync(after, database);

        var first = await RowAsync(
            database,
            $"select author_id, printed_at, shelf from mt_doc_book where id = '{book.Id}'"
        );
        first.ShouldBe([book.AuthorId, book.PrintedAt!.Value.UtcDateTime, "reading_room"]);
        (await database.ScalarAsync("select count(*) from mt_doc_book where printed_at is null")).ShouldBe(1L);
        (await IndexesAsync(database)).ShouldContain("mt_doc_book_idx_author_id");
    }

    [Fact]
    public async Task Given_values_that_are_not_unique_When_they_shall_become_so_Then_nothing_is_changed()
    {
        await using var library = await Library.OpenAsync();
        await library.AddAuthorAsync();
        await library.AddAuthorAsync();
        await using var stricter = Library.ServicesOn(
            library.Database,
            o => o.Schema.For<Author>().UniqueIndex(a => a.Name)
        );

        await Should.ThrowAsync<PostgresException>(() => Library.ApplySchemaAsync(stricter, library.Database));

        var column =
            "select count(*) from pg_attribute where attrelid = 'mt_doc_author'::regclass and attname = 'name'";
        (await library.Database.ScalarAsync(column)).ShouldBe(0L);
    }

    private static async Task<object[]> RowAsync(TestDatabase database, string sql)
    {
        await using var command = database.DataSource.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        (await reader.ReadAsync()).ShouldBeTrue();
        var row = new object[reader.FieldCount];
        reader.GetValues(row);
        return row;
    }

    private static async Task<List<string>> IndexesAsync(TestDatabase database)
    {
        await using var command = database.DataSource.CreateCommand(
            "select indexname from pg_indexes where schemaname = 'public'"
        );
        await using var reader = await command.ExecuteReaderAsync();
        var names = new List<string>();
        while (await reader.ReadAsync())
            names.Add(reader.GetString(0));
        return names;
    }
}
