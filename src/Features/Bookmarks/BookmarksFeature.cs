using System.Text.Json.Serialization;
using Chatalot.Shared.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Features.Bookmarks;

/// <summary>The door of the feature: messages that people keep for themselves. Nobody else is told.</summary>
public static class BookmarksFeature
{
    /// <summary>Registers bookmarks.</summary>
    public static IServiceCollection AddBookmarks(this IServiceCollection services) =>
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.AddContext(BookmarksJson.Default));
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(BookmarkResponse))]
[JsonSerializable(typeof(IReadOnlyList<BookmarkResponse>))]
[JsonSerializable(typeof(CreateBookmark.Command), TypeInfoPropertyName = "CreateBookmarkCommand")]
[JsonSerializable(typeof(ListBookmarks.Query), TypeInfoPropertyName = "ListBookmarksQuery")]
[JsonSerializable(typeof(DeleteBookmark.Command), TypeInfoPropertyName = "DeleteBookmarkCommand")]
internal sealed partial class BookmarksJson : JsonSerializerContext;
