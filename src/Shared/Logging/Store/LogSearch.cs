using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Chatalot.Shared.Logging.Store;

/// <summary>
/// Searches log files from the newest line to the oldest. Files are read backwards in blocks; a block is first searched
/// for the rarest text that is asked for, so only lines that hold it are parsed.
/// </summary>
public static class LogSearch
{
    /// <summary>A search that has found too little by then gives what it has and says where to go on.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    internal static LogPage InMemory(IReadOnlyList<byte[]> lines, LogQuery query, int limit)
    {
        var found = new List<JsonElement>();
        for (var i = lines.Count - 1; i >= 0 && found.Count < limit; i--)
        {
            if (LogBlock.Parse(Encoding.UTF8.GetString(lines[i])) is { } entry && query.Matches(entry))
                found.Add(entry);
        }
        return new LogPage(found, null, lines.Sum(line => (long)line.Length));
    }

    /// <summary>Searches the log files of a folder.</summary>
    /// <param name="folder">LOG_PATH.</param>
    /// <param name="query">What is looked for.</param>
    /// <param name="limit">Most events of a page.</param>
    /// <param name="cursor">Where the page before ended; null: from the newest.</param>
    /// <param name="ct">Ends the search.</param>
    public static LogPage InFolder(string folder, LogQuery query, int limit, string? cursor, CancellationToken ct)
    {
        var from = Cursor.Read(cursor);
        var found = new List<JsonElement>();
        var scanned = 0L;
        var started = Stopwatch.StartNew();
        var needles = query.Needles is { } texts
            ? SearchValues.Create(texts, StringComparison.OrdinalIgnoreCase)
            : null;
        foreach (var file in RollingLogFile.FilesIn(folder))
        {
            var order = from is null ? -1 : string.CompareOrdinal(file.Name, from.File);
            if (from is not null && order > 0)
                continue;
            if (query.Since is { } since && file.LastWriteTimeUtc < since.UtcDateTime)
                break;
            using var block = LogBlock.Open(file, from is not null && order == 0 ? from.Offset : long.MaxValue);
            if (block is null)
                continue;
            while (block.ReadBefore())
            {
                ct.ThrowIfCancellationRequested();
                scanned += block.Length;
                foreach (var (entry, offset) in block.Newest(query, needles))
                {
                    found.Add(entry);
                    if (found.Count == limit)
                        return new LogPage(found, new Cursor(file.Name, offset).ToString(), scanned);
                }
                if (query.Since is { } oldest && block.IsOlderThan(oldest))
                    break;
                if (started.Elapsed > Patience)
                    return new LogPage(found, new Cursor(file.Name, block.Start).ToString(), scanned);
            }
        }
        return new LogPage(found, null, scanned);
    }

    /// <summary>Whether this is the end of a page, as a page told it.</summary>
    public static bool IsCursor(string text) => Cursor.Read(text) is not null;

    /// <summary>A place in the files; what is older comes next.</summary>
    private sealed record Cursor(string File, long Offset)
    {
        public static Cursor? Read(string? text)
        {
            if (text is null || !Base64Url.IsValid(text))
                return null;
            var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split('|');
            return
                parts is [var file, var offset]
                && long.TryParse(offset, NumberStyles.None, CultureInfo.InvariantCulture, out var position)
                ? new Cursor(file, position)
                : null;
        }

        public override string ToString() =>
            Base64Url.EncodeToString(
                Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{File}|{Offset}"))
            );
    }
}
