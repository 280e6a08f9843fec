using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Shared.Documents;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Chatalot.Integration.Tests.Documents;

public sealed class DocumentSessionTests
{
    [Fact]
    public async Task A_document_comes_back_as_it_was_stored()
    {
        await using var library = await Library.OpenAsync();
        var book = Book.By(await library.AddAuthorAsync(), "Don Quijote") with { Cover = [0, 127, 255] };

        await library.SaveAsync(s => s.Store(book));

        var found = await library.FindAsync<Book>(book.Id);
        found.ShouldNotBeNull();
        found.Cover.ShouldBe(book.Cover);
        (found with { Cover = book.Cover }).ShouldBe(book);
        (await library.FindAsync<Book>(Guid.NewGuid())).ShouldBeNull();
    }

    [Fact]
    public async Task Given_a_document_changed_by_somebody_else_When_stored_Then_conflict_and_nothing_is_stored()
    {
        await using var library = await Library.OpenAsync();
        var book = await library.AddBookAsync();
        await using var mine = library.Session();
        await using var theirs = library.Session();
        var myBook = (await mine.LoadAsync<Book>(book.Id))!;
        var theirBook = (await theirs.LoadAsync<Book>(book.Id))!;
        theirs.Store(theirBook with { Copies = 7 });
        await theirs.SaveChangesAsync();

        var other = new Author(Guid.CreateVersion7(), "Teresa");
        mine.Store(other);
        mine.Store(myBook with { Copies = 1 });
        var conflict = await Should.ThrowAsync<ConcurrencyException>(() => mine.SaveChangesAsync());

        conflict.DocumentType.ShouldBe(typeof(Book));
        conflict.Id.ShouldBe(book.Id);
        conflict.Message.ShouldContain($"Book {book.Id}");
        (await library.FindAsync<Book>(book.Id))!.Copies.ShouldBe(7);
        (await library.FindAsync<Author>(other.Id)).ShouldBeNull();
    }

    [Fact]
    public async Task Of_many_that_change_one_version_at_once_exactly_one_succeeds()
    {
        await using var library = await Library.OpenAsync();
        var book = await library.AddBookAsync();
        var version = (Guid)(await library.Database.ScalarAsync("select mt_version from mt_doc_book"))!;

        var outcomes = await Task.WhenAll(Enumerable.Range(10, 8).Select(TryAsync));

        outcomes.Count(changed => changed).ShouldBe(1);

        async Task<bool> TryAsync(int copies)
        {
            await using var session = library.Session();
            session.UpdateExpectedVersion(book with { Copies = copies }, version);
            try
            {
                await session.SaveChangesAsync();
                return true;
            }
            catch (ConcurrencyException)
            {
                return false;
            }
        }
    }

    [Fact]
    public async Task Conflicts_leave_prepared_statements_and_pooled_connections_sound()
    {
        await using var library = await Library.OpenAsync();
        var book = await library.AddBookAsync();

        for (var copies = 1; copies <= 10; copies++)
        {
            await using var late = library.Session();
            var stale = (await late.LoadAsync<Book>(book.Id))!;
            await using (var session = library.Session())
            {
                session.Store((await session.LoadAsync<Book>(book.Id))! with { Copies = copies });
                await session.SaveChangesAsync();
            }
            late.QueueSqlCommand("select 1");
            late.Store(stale);
            late.Store(new Author(Guid.CreateVersion7(), "never stored"));
            (await Should.ThrowAsync<ConcurrencyException>(() => late.SaveChangesAsync())).Id.ShouldBe(book.Id);
            (await late.LoadAsync<Book>(book.Id))!.Copies.ShouldBe(copies);
        }
        (await library.Database.ScalarAsync("select count(*) from mt_doc_author")).ShouldBe(1L);
    }

    [Fact]
    public async Task Given_a_document_deleted_by_somebody_else_When_stored_Then_it_does_not_come_back()
    {
        await using var library = await Library.OpenAsync();
        var book = await library.AddBookAsync();
        await using var session = library.Session();
        var loaded = (await session.LoadAsync<Book>(book.Id))!;
        await library.SaveAsync(s => s.Delete<Book>(book.Id));

        session.Store(loaded);
        await Should.ThrowAsync<ConcurrencyException>(() => session.SaveChangesAsync());

        (await library.FindAsync<Book>(book.Id)).ShouldBeNull();
    }

    [Fact]
    public async Task Given_a_document_that_this_session_never_loaded_When_stored_over_Then_conflict()
    {
        await using var library = await Library.OpenAsync();
        var book = await library.AddBookAsync();

        await Should.ThrowAsync<ConcurrencyException>(() => library.SaveAsync(s => s.Store(book with { Copies = 1 })));
    }

    [Fact]
    public async Task A_session_can_store_one_document_again_and_again()
    {
        await using var library = await Library.OpenAsync();
        var book = Book.By(await library.AddAuthorAsync(), "Novelas");
        await using var session = library.Session();

        session.Store(book);
        session.Store(book with { Copies = 4 });
        await session.SaveChangesAsync();
        session.Update(book with { Copies = 5 });
        await session.SaveChangesAsync();
        session.Delete<Book>(book.Id);
        session.Store(book with { Copies = 6 });
        await session.SaveChangesAsync();

        (await library.FindAsync<Book>(book.Id))!.Copies.ShouldBe(6);
    }

    [Fact]
    public async Task Versions_also_come_from_queries()
    {
        await using var library = await Library.OpenAsync();
        var book = await library.AddBookAsync();
        await using var session = library.Session();
        var tail = (await session.QueryAsync<Book>("where id = ?", default, book.Id)).ShouldHaveSingleItem();
        session.Store(tail with { Copies = 8 });
        await session.SaveChangesAsync();

        await using var other = library.Session();
        var whole = await other.QueryAsync<Book>("select data, mt_version from mt_doc_book", default);
        other.Store(whole.ShouldHaveSingleItem() with { Copies = 9 });
        await other.SaveChangesAsync();

        (await library.FindAsync<Book>(book.Id))!.Copies.ShouldBe(9);
    }

    [Fact]
    public async Task Documents_and_plain_tables_change_together_or_not_at_all()
    {
        await using var library = await Library.OpenAsync();
        await library.Database.ScalarAsync("create table loans (book_id uuid primary key, reader text)");
        var author = await library.AddAuthorAsync();
        var book = Book.By(author, "Persiles");

        void Lend(IDocumentSession session)
        {
            session.Insert(book);
            session.QueueSqlCommand("insert into loans (book_id, reader) values (?, ?)", book.Id, null);
        }

        var failure = await Should.ThrowAsync<PostgresException>(() =>
            library.SaveAsync(s =>
            {
                Lend(s);
                s.QueueSqlCommand("insert into loans (book_id) values (?)", book.Id);
            })
        );
        failure.SqlState.ShouldBe(PostgresErrorCodes.UniqueViolation);
        (await library.Database.ScalarAsync("select count(*) from loans")).ShouldBe(0L);
        (await library.FindAsync<Book>(book.Id)).ShouldBeNull();

        await library.SaveAsync(Lend);
        (await library.Database.ScalarAsync("select count(*) from loans where reader is null")).ShouldBe(1L);
        (await library.FindAsync<Book>(book.Id)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_failed_unit_of_work_can_be_saved_again()
    {
        await using var library = await Library.OpenAsync();
        var author = new Author(Guid.CreateVersion7(), "Lope");
        await using var session = library.Session();
        session.Store(Book.By(author, "Fuenteovejuna"));
        var missing = await Should.ThrowAsync<PostgresException>(() => session.SaveChangesAsync());
        missing.ConstraintName.ShouldBe("mt_doc_book_author_id_fkey");

        await library.SaveAsync(s => s.Store(author));
        await session.SaveChangesAsync();
        await session.SaveChangesAsync();

        (await library.Database.ScalarAsync("select count(*) from mt_doc_book")).ShouldBe(1L);
    }

    [Fact]
    public async Task Insert_wants_a_new_id_and_update_an_existing_one()
    {
        await using var library = await Library.OpenAsync();
        var author = await library.AddAuthorAsync();

        var exists = await Should.ThrowAsync<PostgresException>(() => library.SaveAsync(s => s.Insert(author)));
        exists.ViolatesUnique("mt_doc_author_pkey").ShouldBeTrue();
        await Should.ThrowAsync<ConcurrencyException>(() =>
            library.SaveAsync(s => s.Update(author with { Id = Guid.CreateVersion7() }))
        );

        await library.SaveAsync(s => s.Update(author with { Name = "Cervantes" }));
        (await library.FindAsync<Author>(author.Id))!.Name.ShouldBe("Cervantes");
    }

    [Fact]
    public async Task Storing_without_optimistic_concurrency_replaces_whatever_is_there()
    {
        await using var library = await Library.OpenAsync();
        var author = await library.AddAuthorAsync();
        var before = await library.Database.ScalarAsync("select mt_version from mt_doc_author");

        await library.SaveAsync(s => s.Store(author with { Name = "Cervantes" }));

        (await library.FindAsync<Author>(author.Id))!.Name.ShouldBe("Cervantes");
        (await library.Database.ScalarAsync("select mt_version from mt_doc_author")).ShouldNotBe(before);
        (await library.Database.ScalarAsync("select mt_dotnet_type from mt_doc_author")).ShouldBe(
            typeof(Author).FullName
        );
    }

    [Fact]
    public async Task Documents_are_found_by_ids_and_by_sql()
    {
        await using var library = await Library.OpenAsync();
        var author = await library.AddAuthorAsync();
        Book[] books = [.. new[] { "a", "b", "c's ?" }.Select(title => Book.By(author, title))];
        await library.SaveAsync(s => s.Store(books));
        await using var session = library.Session();

        var many = await session.LoadManyAsync<Book>(default, books[0].Id, books[2].Id, Guid.NewGuid());
        many.Select(b => b.Title).ShouldBe(["a", "c's ?"], ignoreOrder: true);
        (await session.LoadManyAsync<Book>(default)).ShouldBeEmpty();

        (await TitlesAsync("where data ->> 'title' = ?", "c's ?")).ShouldBe(["c's ?"]);
        (await TitlesAsync("where title_key = any(?) order by title_key", new[] { "a", "b" })).ShouldBe(["a", "b"]);
        (await TitlesAsync("where id = any(?) and data ? 'title'", new[] { books[1].Id })).ShouldBe(["b"]);
        (
            await TitlesAsync(
                "where printed_at = ? and copies = ? and lent = ? limit ?",
                books[0].PrintedAt,
                3L,
                false,
                1
            )
        ).Count.ShouldBe(1);
        (await TitlesAsync("where data @> ?::jsonb order by 1 limit 1", """{"title":"b"}""")).ShouldBe(["b"]);
        (await TitlesAsync("where title_key = coalesce(?, 'b')", [null])).ShouldBe(["b"]);
        (
            await TitlesAsync(
                "select b.data from mt_doc_book b join mt_doc_author a on a.id = b.author_id where b.id = ?",
                books[0].Id
            )
        ).ShouldBe(["a"]);

        async Task<List<string>> TitlesAsync(string sql, params object?[] parameters) =>
            [.. (await session.QueryAsync<Book>(sql, default, parameters)).Select(b => b.Title)];
    }

    [Fact]
    public async Task Values_reach_the_database_with_their_types()
    {
        await using var library = await Library.OpenAsync();
        await library.Database.ScalarAsync("create table kinds (name text)");
        object[] values =
        [
            Guid.Empty,
            "",
            1,
            2L,
            true,
            DateTimeOffset.UnixEpoch.ToOffset(TimeSpan.FromHours(1)),
            new byte[] { 1 },
            new[] { Guid.Empty },
            new[] { "" },
            new[] { 1L },
            new[] { DateTimeOffset.UnixEpoch },
        ];

        await library.SaveAsync(s =>
        {
            foreach (var value in values)
                s.QueueSqlCommand("insert into kinds values (pg_typeof(?))", [value]);
        });

        (await library.Database.ScalarAsync("select string_agg(name, ', ') from kinds")).ShouldBe(
            "uuid, text, integer, bigint, boolean, timestamp with time zone, bytea, "
                + "uuid[], text[], bigint[], timestamp with time zone[]"
        );
    }

    [Fact]
    public async Task A_scope_has_one_session_and_one_connection()
    {
        await using var library = await Library.OpenAsync();
        await using var scope = library.Services.CreateAsyncScope();
        var documents = scope.ServiceProvider.GetRequiredService<IDocumentSession>();

        scope.ServiceProvider.GetRequiredService<IQuerySession>().ShouldBeSameAs(documents);
        documents.Connection.ShouldBeSameAs(await documents.OpenConnectionAsync());
        documents.Connection.State.ShouldBe(System.Data.ConnectionState.Open);
    }
}
