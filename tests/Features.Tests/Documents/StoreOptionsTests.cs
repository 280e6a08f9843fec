using System.Text.Json.Serialization;
using Chatalot.Shared.Documents;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Chatalot.Features.Tests.Documents;

public sealed class StoreOptionsTests
{
    [Fact]
    public void A_document_without_a_json_type_fails_at_start()
    {
        var services = new ServiceCollection()
            .AddSingleton(NpgsqlDataSource.Create("Host=nowhere"))
            .AddMarten(o => o.Schema.For<Book>());
        using var provider = services.BuildServiceProvider();

        Should
            .Throw<InvalidOperationException>(() => provider.GetRequiredService<DocumentSchema>())
            .Message.ShouldBe(
                $"Document {typeof(Book).FullName} has no JsonTypeInfo: "
                    + "add [JsonSerializable] to a context and pass it to UseContext."
            );
    }

    [Fact]
    public void Members_become_columns_under_their_json_names()
    {
        var table = TableOf(o =>
            o.Schema.For<Book>()
                .DocumentAlias("tome")
                .Duplicate(b => b.AuthorId)
                .Index(b => b.Language, b => b.PrintedAt)
                .UniqueIndex(b => b.ShelfMark)
                .Duplicate(b => b.ShelfMark)
        );

        table.Name.ShouldBe("mt_doc_tome");
        table.Columns.ShouldBe([
            new("author_id", "uuid"),
            new("language", "varchar"),
            new("printed_at", "timestamptz"),
            new("shelf_mark", "varchar"),
        ]);
        table
            .Indexes.Select(i => i.Name)
            .ShouldBe([
                "mt_doc_tome_idx_author_id",
                "mt_doc_tome_idx_language_printed_at",
                "mt_doc_tome_uidx_shelf_mark",
            ]);
    }

    [Fact]
    public void Mistakes_in_a_declaration_are_named()
    {
        Mistake(o => o.Schema.For<Book>().Index(b => b.Id)).ShouldContain("cannot be a column");
        Mistake(o => o.Schema.For<Book>().Index(b => b.Pages)).ShouldContain("whose type Int32[] has no column type");
        Mistake(o => o.Schema.For<Book>().Index(b => b.Secret)).ShouldContain("not part of its JSON");
        Mistake(o => o.Schema.For<Book>().ForeignKey<Author>(b => b.AuthorId))
            .ShouldContain("not a registered document");
        Mistake(o => o.Schema.For<Book>().DocumentAlias(new string('x', 60))).ShouldContain("longer than PostgreSQL's");
        Mistake(o => o.Schema.For<Nameless>()).ShouldContain("no property Guid Id");
    }

    [Fact]
    public void A_document_is_declared_by_one_feature_only()
    {
        var options = new StoreOptions();
        options.Schema.Include<Books>();

        Should.Throw<InvalidOperationException>(options.Schema.Include<Books>).Message.ShouldContain("declared twice");
    }

    private static string Mistake(Action<StoreOptions> configure) =>
        Should.Throw<InvalidOperationException>(() => TableOf(configure)).Message;

    private static DocumentTable TableOf(Action<StoreOptions> configure)
    {
        var options = new StoreOptions();
        options.UseContext(LibraryJson.Default);
        configure(options);
        return new DocumentCatalog(options).Tables.Single();
    }
}

internal sealed record Book(
    Guid Id,
    Guid AuthorId,
    DayOfWeek Language,
    DateTimeOffset? PrintedAt,
    string ShelfMark,
    int[] Pages
)
{
    [JsonIgnore]
    public string Secret { get; init; } = "";
}

internal sealed record Author(Guid Id);

internal sealed record Nameless(string Text);

internal sealed class Books : MartenRegistry
{
    public Books() => For<Book>();
}

[JsonSerializable(typeof(Book))]
[JsonSerializable(typeof(Nameless))]
internal sealed partial class LibraryJson : JsonSerializerContext;
