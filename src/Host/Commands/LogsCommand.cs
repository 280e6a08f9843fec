using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Chatalot.Shared.Logging.Store;

namespace Chatalot.Host.Commands;

/// <summary><c>logs search</c> and <c>logs tail</c>: the log files, without a running server.</summary>
internal static class LogsCommand
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(500);

    private static readonly Option<string> Level = Text("--level", "Least level: trace, debug, info, warn, error.");
    private static readonly Option<string> Category = Text("--category", "Beginning of the category or target.");
    private static readonly Option<string> Query = Text("--q", "Text in the message, the error or another value.");
    private static readonly Option<string> Property = Text("--property", "A value of the event: name=value.");
    private static readonly Option<string> Request = Text("--request", "Id of a request, as in X-Request-Id.");
    private static readonly Option<string> Trace = Text("--trace", "W3C trace id.");
    private static readonly Option<string> User = Text("--user", "Id of a user.");
    private static readonly Option<string> Since = Text("--since", "Not older: a time, or a span such as 15m, 2h, 1d.");
    private static readonly Option<string> Until = Text("--until", "Older than this: a time or a span.");
    private static readonly Option<int> Limit = new("--limit")
    {
        Description = "Most events; the newest are kept.",
        DefaultValueFactory = _ => 100,
    };
    private static readonly Option<bool> Json = new("--json") { Description = "Print events as they are stored." };

    public static Command Create()
    {
        var logs = new Command("logs", "Read the server's log files (LOG_PATH).");
        logs.Add(WithConditions("search", "Find events; the newest come last.", SearchAsync));
        logs.Add(WithConditions("tail", "Show the newest events and follow.", TailAsync));
        return logs;
    }

    private static Command WithConditions(
        string name,
        string description,
        Func<ParseResult, string, LogQuery, CancellationToken, Task<int>> run
    )
    {
        var command = new Command(name, description);
        Option[] options = [Level, Category, Query, Property, Request, Trace, User, Since, Until, Limit, Json];
        foreach (var option in options)
            command.Add(option);
        command.SetAction(
            async (arguments, ct) =>
            {
                if (CommandOptions.Bind(arguments).Log.Files is not { } files || !Directory.Exists(files.Folder))
                {
                    await Console.Error.WriteLineAsync("There are no log files; LOG_PATH names their folder.");
                    return 1;
                }
                if (WhyNot(arguments) is { } mistake)
                {
                    await Console.Error.WriteLineAsync(mistake);
                    return 1;
                }
                return await run(arguments, files.Folder, Read(arguments), ct);
            }
        );
        return command;
    }

    private static async Task<int> SearchAsync(
        ParseResult arguments,
        string folder,
        LogQuery query,
        CancellationToken ct
    )
    {
        var page = LogSearch.InFolder(folder, query, arguments.GetValue(Limit), cursor: null, ct);
        await PrintAsync(arguments, page.Entries);
        return 0;
    }

    private static async Task<int> TailAsync(ParseResult arguments, string folder, LogQuery query, CancellationToken ct)
    {
        var limit = arguments.GetValue(Limit);
        var shown = "";
        while (!ct.IsCancellationRequested)
        {
            var page = LogSearch.InFolder(folder, query, limit, cursor: null, ct);
            var fresh = page.Entries.TakeWhile(entry => entry.GetRawText() != shown).ToList();
            await PrintAsync(arguments, fresh);
            shown = page.Entries.Count > 0 ? page.Entries[0].GetRawText() : shown;
            await Task.Delay(Glance, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        return 0;
    }

    private static async Task PrintAsync(ParseResult arguments, IReadOnlyList<JsonElement> newestFirst)
    {
        foreach (var entry in newestFirst.Reverse())
        {
            var line = arguments.GetValue(Json)
                ? entry.GetRawText()
                : $"{Value(entry, "@t")} {Value(entry, "level")} {Value(entry, "category")}: {Value(entry, "@m")}"
                    + (entry.TryGetProperty("request_id", out var id) ? $" request_id={id}" : "")
                    + (entry.TryGetProperty("error", out var error) ? $" error=\"{error}\"" : "");
            await Console.Out.WriteLineAsync(line.ReplaceLineEndings("\\n"));
        }
    }

    private static string? WhyNot(ParseResult arguments) =>
        arguments.GetValue(Level) is { } level && !LogQuery.IsLevel(level) ? $"--level: '{level}' is not a level"
        : arguments.GetValue(Property) is { } property && !property.Contains('=', StringComparison.Ordinal)
            ? "--property must be name=value"
        : arguments.GetValue(Since) is { } since && LogTime.Read(since, TimeProvider.System) is null
            ? $"--since: '{since}' is neither a time nor a span"
        : arguments.GetValue(Until) is { } until && LogTime.Read(until, TimeProvider.System) is null
            ? $"--until: '{until}' is neither a time nor a span"
        : arguments.GetValue(Limit) < 1 ? "--limit must be at least 1"
        : null;

    private static LogQuery Read(ParseResult arguments) =>
        new()
        {
            Level = arguments.GetValue(Level),
            Category = arguments.GetValue(Category),
            Text = arguments.GetValue(Query),
            Property = arguments.GetValue(Property)?.Split('=', 2) is [var name, var value] ? (name, value) : null,
            RequestId = arguments.GetValue(Request),
            TraceId = arguments.GetValue(Trace),
            UserId = arguments.GetValue(User),
            Since = LogTime.Read(arguments.GetValue(Since), TimeProvider.System),
            Until = LogTime.Read(arguments.GetValue(Until), TimeProvider.System),
        };

    private static string Value(JsonElement entry, string member) =>
        entry.TryGetProperty(member, out var value) ? value.ToString() : "";

    private static Option<string> Text(string name, string description) =>
        new(name) { Description = description, HelpName = name.TrimStart('-').ToUpper(CultureInfo.InvariantCulture) };
}
