using System.Text.Json;
using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Http;
using Chatalot.Shared.Logging;
using Chatalot.Shared.Logging.Store;
using FluentValidation;

namespace Chatalot.Features.Operations;

/// <summary>
/// GET /api/admin/logs: the events of the last time, newest first, a page at a time. Operators only. Works while the
/// database is away for those whose login is still remembered.
/// </summary>
public sealed class SearchLogs(LogPipeline log, TimeProvider clock) : Endpoint<SearchLogs.Query, SearchLogs.Response>
{
    private const int UsualPage = 100;

    /// <summary>What is looked for; what is left out does not matter.</summary>
    /// <param name="Level">Least level: trace, debug, info, warn or error.</param>
    /// <param name="Category">Beginning of the category or target.</param>
    /// <param name="Q">Text in the message, the error or another value.</param>
    /// <param name="Property">A value of the event: <c>name=value</c>.</param>
    /// <param name="RequestId">Id of a request.</param>
    /// <param name="TraceId">W3C trace id.</param>
    /// <param name="UserId">Id of a user.</param>
    /// <param name="Since">Not older: a time, or a span such as <c>15m</c>.</param>
    /// <param name="Until">Older: a time or a span.</param>
    /// <param name="Limit">Most events, 1 to 1000; 100 unless given.</param>
    /// <param name="Cursor">The <c>next</c> of the page before.</param>
    public sealed record Query(
        string? Level = null,
        string? Category = null,
        string? Q = null,
        string? Property = null,
        string? RequestId = null,
        string? TraceId = null,
        string? UserId = null,
        string? Since = null,
        string? Until = null,
        int? Limit = null,
        string? Cursor = null
    );

    /// <summary>A page of events.</summary>
    /// <param name="Entries">Newest first, each as it was logged.</param>
    /// <param name="Next">The <c>cursor</c> of the next, older page; null at the end.</param>
    /// <param name="ScannedBytes">How much was read.</param>
    public sealed record Response(IReadOnlyList<JsonElement> Entries, string? Next, long ScannedBytes);

    /// <summary>What may be asked.</summary>
    public sealed class Rules : Validator<Query>
    {
        /// <summary>The rules.</summary>
        public Rules()
        {
            RuleFor(q => q.Limit).InclusiveBetween(1, 1000).WithMessage("limit must be between 1 and 1000");
            RuleFor(q => q.Cursor)
                .Must(cursor => string.IsNullOrEmpty(cursor) || (cursor.Length <= 200 && LogSearch.IsCursor(cursor)))
                .WithMessage("cursor is not valid");
            RuleFor(q => q).Custom((q, context) => LogConditions.WhyNot(q, context.AddFailure));
        }
    }

    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/admin/logs");
        Policies(InstancePolicy.Operator);
        Summary("Search the server's log", 400, 403);
        Options(route => route.WorksWithoutDatabase());
    }

    /// <inheritdoc/>
    public override async Task<Response> ExecuteAsync(Query query, CancellationToken ct)
    {
        var conditions = LogConditions.Read(query, clock);
        var page = await Task.Run(() => log.Store.Search(conditions, query.Limit ?? UsualPage, query.Cursor, ct), ct);
        return new Response(page.Entries, page.Next, page.ScannedBytes);
    }
}

/// <summary>Reads what is looked for from a query string.</summary>
internal static class LogConditions
{
    private const int LongestText = 500;

    /// <summary>Names each condition that cannot be understood.</summary>
    public static void WhyNot(SearchLogs.Query query, Action<string> say)
    {
        if (query.Level is { Length: > 0 } level && !LogQuery.IsLevel(level))
            say("level must be trace, debug, info, warn or error");
        if (query.Property is { Length: > 0 } property && property.IndexOf('=', StringComparison.Ordinal) <= 0)
            say("property must be name=value");
        if (query.Since is { Length: > 0 } since && LogTime.Read(since, TimeProvider.System) is null)
            say("since must be a time or a span such as 15m");
        if (query.Until is { Length: > 0 } until && LogTime.Read(until, TimeProvider.System) is null)
            say("until must be a time or a span such as 15m");
        string?[] texts = [query.Category, query.Q, query.Property, query.RequestId, query.TraceId, query.UserId];
        if (texts.Any(text => text?.Length > LongestText))
            say("conditions must be at most 500 characters");
    }

    public static LogQuery Read(SearchLogs.Query query, TimeProvider clock) =>
        new()
        {
            Level = Set(query.Level),
            Category = Set(query.Category),
            Text = Set(query.Q),
            Property = Set(query.Property)?.Split('=', 2) is [var name, var value] ? (name, value) : null,
            RequestId = Set(query.RequestId),
            TraceId = Set(query.TraceId),
            UserId = Set(query.UserId),
            Since = LogTime.Read(query.Since, clock),
            Until = LogTime.Read(query.Until, clock),
        };

    private static string? Set(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
