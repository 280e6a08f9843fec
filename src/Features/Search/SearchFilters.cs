using Chatalot.Shared.Errors;
using Chatalot.Shared.Json;

namespace Chatalot.Features.Search;

/// <summary>What both searches are asked for.</summary>
internal interface ISearchQuery
{
    string Q { get; }
    int? Limit { get; }
    string? Sender { get; }
    string? After { get; }
    string? Before { get; }
    bool? HasFile { get; }
    Guid? Cursor { get; }
    string? Sort { get; }
}

/// <summary>A search whose every part was checked.</summary>
/// <param name="Terms">What is searched for.</param>
/// <param name="Limit">Most results.</param>
/// <param name="Sender">Part of the sender's username; null: anybody.</param>
/// <param name="After">Sent at or after this.</param>
/// <param name="Before">Sent at or before this.</param>
/// <param name="FilesOnly">Only files.</param>
/// <param name="Cursor">Only messages older than this one.</param>
/// <param name="ByRank">The best match first instead of the newest, of the newest thousand matches.</param>
internal sealed record SearchFilters(
    SearchTerms Terms,
    int Limit,
    string? Sender,
    DateTimeOffset? After,
    DateTimeOffset? Before,
    bool FilesOnly,
    Guid? Cursor,
    bool ByRank
)
{
    private const int DefaultLimit = 20;
    private const int LargestLimit = 50;

    /// <summary>Checks the query.</summary>
    /// <exception cref="FailureException">400: what is wrong first.</exception>
    public static SearchFilters Of(ISearchQuery query)
    {
        var terms =
            SearchTerms.Read(query.Q)
            ?? throw Failure.Validation("search query must be 2-256 characters").AsException();
        if (query.Sort is not (null or "newest" or "relevance"))
            throw Failure.Validation("sort must be newest or relevance").AsException();
        return new SearchFilters(
            terms,
            Math.Clamp(query.Limit ?? DefaultLimit, 1, LargestLimit),
            string.IsNullOrEmpty(query.Sender) ? null : query.Sender,
            Time(query.After, "after"),
            Time(query.Before, "before"),
            query.HasFile == true,
            query.Cursor,
            query.Sort == "relevance"
        );
    }

    private static DateTimeOffset? Time(string? text, string name) =>
        string.IsNullOrEmpty(text) ? null
        : Rfc3339.TryParse(text, out var time) ? time.ToUniversalTime()
        : throw Failure.Validation($"invalid {name} datetime").AsException();
}
