using System.Text.Json.Serialization;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Postgres;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Integration.Tests.Documents;

public enum Shelf
{
    OpenStack,
    ReadingRoom,
}

public sealed record Author(Guid Id, string Name);

public sealed record Book(
    Guid Id,
    Guid AuthorId,
    string Title,
    string TitleKey,
    Shelf Shelf,
    DateTimeOffset? PrintedAt,
    long Copies,
    bool Lent
)
{
    public byte[] Cover { get; init; } = [];

    public static Book By(Author author, string title) =>
        new(
            Guid.CreateVersion7(),
            author.Id,
            title,
            title.ToLowerInvariant(),
            Shelf.ReadingRoom,
            new DateTimeOffset(1605, 1, 16, 12, 0, 0, TimeSpan.FromHours(1)),
            3,
            false
        );
}

[JsonSerializable(typeof(Author))]
[JsonSerializable(typeof(Book))]
internal sealed partial class LibraryJson : JsonSerializerContext;

internal sealed class LibraryDocuments : MartenRegistry
{
    public LibraryDocuments()
    {
        For<Author>();
        For<Book>()
            .ForeignKey<Author>(b => b.AuthorId, CascadeAction.Cascade)
            .Duplicate(b => b.Shelf)
            .Duplicate(b => b.PrintedAt)
            .Index(b => b.Copies, b => b.Lent)
            .UniqueIndex(b => b.AuthorId, b => b.TitleKey)
            .UseOptimisticConcurrency(true);
    }
}

/// <summary>
/// A document store with authors and books on a database of its own, over the server's own kind of pool.
/// </summary>
internal sealed class Library : IAsyncDisposable
{
    private readonly ServiceProvider services;

    private Library(TestDatabase database)
    {
        Database = database;
        services = ServicesOn(database, o => o.Schema.Include<LibraryDocuments>());
    }

    public TestDatabase Database { get; }
    public IServiceProvider Services => services;

    public static async Task<Library> OpenAsync()
    {
        var library = new Library(await TestDatabase.CreateEmptyAsync());
        await ApplySchemaAsync(library.services, library.Database);
        return library;
    }

    public static ServiceProvider ServicesOn(TestDatabase database, Action<StoreOptions> configure) =>
        new ServiceCollection()
            .AddSingleton(_ => DatabaseSource.CreatePool(new() { ConnectionString = database.ConnectionString }))
            .AddMarten(o => o.UseContext(LibraryJson.Default))
            .ConfigureMarten(configure)
            .BuildServiceProvider();

    public static async Task ApplySchemaAsync(IServiceProvider services, TestDatabase database)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync();
        await services.GetRequiredService<DocumentSchema>().ApplyAsync(connection);
    }

    public IDocumentSession Session() => services.GetRequiredService<IDocumentStore>().LightweightSession();

    public async Task<Author> AddAuthorAsync()
    {
        var author = new Author(Guid.CreateVersion7(), "Miguel");
        await SaveAsync(s => s.Store(author));
        return author;
    }

    public async Task<Book> AddBookAsync(string title = "Don Quijote")
    {
        var book = Book.By(await AddAuthorAsync(), title);
        await SaveAsync(s => s.Insert(book));
        return book;
    }

    public async Task SaveAsync(Action<IDocumentSession> change)
    {
        await using var session = Session();
        change(session);
        await session.SaveChangesAsync();
    }

    public async Task<T?> FindAsync<T>(Guid id)
        where T : class
    {
        await using var session = Session();
        return await session.LoadAsync<T>(id);
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await Database.DisposeAsync();
    }
}
