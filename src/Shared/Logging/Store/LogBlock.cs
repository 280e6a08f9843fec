using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Chatalot.Shared.Logging.Store;

/// <summary>Whole lines of a log file, read backwards block by block.</summary>
internal sealed class LogBlock : IDisposable
{
    private const int Usual = 1024 * 1024;
    private const int Largest = 64 * 1024 * 1024;

    private readonly FileStream file;
    private byte[] bytes = ArrayPool<byte>.Shared.Rent(Usual);
    private char[] chars = ArrayPool<char>.Shared.Rent(Usual);
    private int charCount;

    private LogBlock(FileStream file, long end)
    {
        this.file = file;
        Start = Math.Min(end, file.Length);
    }

    /// <summary>Where the block begins in the file; older lines end there.</summary>
    public long Start { get; private set; }

    /// <summary>Bytes of the block.</summary>
    public int Length { get; private set; }

    /// <summary>Null when the file went in the meantime.</summary>
    public static LogBlock? Open(FileInfo file, long end)
    {
        try
        {
            const FileShare everything = FileShare.ReadWrite | FileShare.Delete;
            return new LogBlock(new FileStream(file.FullName, FileMode.Open, FileAccess.Read, everything, 1), end);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Reads the lines before the present block. False at the beginning of the file.</summary>
    public bool ReadBefore()
    {
        for (var size = Usual; Start > 0; size *= 4)
        {
            var begin = Math.Max(0, Start - size);
            Length = Fill(begin, (int)(Start - begin));
            // A line that began earlier belongs to the block before.
            var skipped = begin == 0 ? 0 : bytes.AsSpan(0, Length).IndexOf((byte)'\n') + 1;
            if (begin > 0 && (skipped == 0 || skipped == Length) && size < Largest)
                continue;
            charCount = Encoding.UTF8.GetChars(bytes.AsSpan(skipped, Length - skipped), Chars(Length));
            Length -= skipped;
            Start = begin + skipped;
            return true;
        }
        return false;
    }

    /// <summary>Matching events of the block, newest first, with the place where each begins.</summary>
    public IEnumerable<(JsonElement Entry, long Offset)> Newest(LogQuery query, SearchValues<string>? needles)
    {
        var lines = needles is null ? AllLines() : LinesWith(needles);
        for (var i = lines.Count - 1; i >= 0; i--)
        {
            var (start, end) = lines[i];
            if (Parse(chars.AsMemory(start, end - start)) is { } entry && query.Matches(entry))
                yield return (entry, Start + Encoding.UTF8.GetByteCount(chars, 0, start));
        }
    }

    /// <summary>True when the block's first line is older: so is everything before it.</summary>
    public bool IsOlderThan(DateTimeOffset time)
    {
        const string prefix = "{\"@t\":\"";
        var text = chars.AsSpan(0, charCount);
        var sortable = LogQuery.Sortable(time);
        return text.Length > prefix.Length + sortable.Length
            && text.StartsWith(prefix)
            && text.Slice(prefix.Length, sortable.Length).SequenceCompareTo(sortable) < 0;
    }

    public void Dispose()
    {
        file.Dispose();
        ArrayPool<byte>.Shared.Return(bytes);
        ArrayPool<char>.Shared.Return(chars);
    }

    /// <summary>The event of a line; null for the torn line that a crash left.</summary>
    internal static JsonElement? Parse(string line) => Parse(line.AsMemory());

    private static JsonElement? Parse(ReadOnlyMemory<char> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private int Fill(long begin, int count)
    {
        if (bytes.Length < count)
        {
            ArrayPool<byte>.Shared.Return(bytes);
            bytes = ArrayPool<byte>.Shared.Rent(count);
        }
        file.Position = begin;
        return file.ReadAtLeast(bytes.AsSpan(0, count), count, throwOnEndOfStream: false);
    }

    private char[] Chars(int count)
    {
        if (chars.Length < count)
        {
            ArrayPool<char>.Shared.Return(chars);
            chars = ArrayPool<char>.Shared.Rent(count);
        }
        return chars;
    }

    private List<(int Start, int End)> AllLines()
    {
        var lines = new List<(int, int)>();
        for (var start = 0; start < charCount; )
        {
            var end = EndOfLine(start);
            lines.Add((start, end));
            start = end + 1;
        }
        return lines;
    }

    private List<(int Start, int End)> LinesWith(SearchValues<string> needles)
    {
        var lines = new List<(int, int)>();
        for (var from = 0; from < charCount; )
        {
            var hit = chars.AsSpan(from, charCount - from).IndexOfAny(needles);
            if (hit < 0)
                break;
            var start = chars.AsSpan(0, from + hit).LastIndexOf('\n') + 1;
            var end = EndOfLine(from + hit);
            lines.Add((start, end));
            from = end + 1;
        }
        return lines;
    }

    private int EndOfLine(int from)
    {
        var length = chars.AsSpan(from, charCount - from).IndexOf('\n');
        return length < 0 ? charCount : from + length;
    }
}
