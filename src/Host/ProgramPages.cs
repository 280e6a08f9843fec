using System.Globalization;
using System.Runtime.InteropServices;

namespace Chatalot.Host;

/// <summary>
/// Takes out of the resident memory what was read of program files and is not needed all the time: two thirds of what a
/// quiet server seems to hold are pages that only the start touched. They stay in the system's file cache, so that
/// whoever needs one again waits a microsecond.
/// </summary>
/// <remarks>
/// Nothing can be lost: only mappings that nobody can write to, and in which no page differs from its file. Linux only;
/// elsewhere it does nothing.
/// </remarks>
internal sealed partial class ProgramPages
{
    private const int DontNeed = 4; // MADV_DONTNEED

    /// <summary>
    /// What was mapped at the last call. The loader may still be filling addresses into what is younger.
    /// </summary>
    private HashSet<string> settled = [];

    /// <summary>Gives back the pages of what has been mapped since the last call at least.</summary>
    public void GiveBack()
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            var mappings = Mapping.ReadOnlyFiles(File.ReadLines("/proc/self/smaps")).ToList();
            foreach (var mapping in mappings)
                if (mapping is { IsUnchanged: true, Resident: > 0 } && settled.Contains(mapping.Header))
                    _ = madvise(mapping.Start, mapping.Length, DontNeed);
            settled = mappings.Select(mapping => mapping.Header).ToHashSet(StringComparer.Ordinal);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Not every system shows a process its own pages: then they stay.
        }
    }

    [LibraryImport("libc")]
    private static partial int madvise(nuint start, nuint length, int advice);

    /// <summary>A file, or a part of one, in the address space of the process.</summary>
    /// <param name="Header">Its first line: addresses, rights and file.</param>
    /// <param name="Start">Address of its first byte.</param>
    /// <param name="Length">Bytes.</param>
    internal sealed record Mapping(string Header, nuint Start, nuint Length)
    {
        /// <summary>Kilobytes in memory.</summary>
        public long Resident { get; private set; }

        /// <summary>Each page is as in the file.</summary>
        public bool IsUnchanged { get; private set; }

        /// <summary>Those that nobody can write to, in the format of <c>/proc/PID/smaps</c> (proc(5)).</summary>
        public static IEnumerable<Mapping> ReadOnlyFiles(IEnumerable<string> lines)
        {
            Mapping? current = null;
            foreach (var line in lines)
                if (line is [>= '0' and <= '9' or >= 'a' and <= 'f', ..])
                {
                    if (current is not null)
                        yield return current;
                    current = Parse(line);
                }
                else if (line.StartsWith("Rss:", StringComparison.Ordinal))
                    current?.Resident = Kilobytes(line);
                else if (line.StartsWith("Anonymous:", StringComparison.Ordinal))
                    current?.IsUnchanged = Kilobytes(line) == 0;
            if (current is not null)
                yield return current;
        }

        private static Mapping? Parse(string header)
        {
            var fields = header.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (fields is not [var range, "r--p" or "r-xp" or "r--s", _, _, _, ['/', ..]])
                return null;
            var (start, end) = (Address(range[..range.IndexOf('-')]), Address(range[(range.IndexOf('-') + 1)..]));
            return new(header, start, end - start);
        }

        private static nuint Address(string digits) =>
            nuint.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

        private static long Kilobytes(string line) =>
            long.Parse(line.AsSpan(line.IndexOf(':') + 1).TrimEnd("kB").Trim(), CultureInfo.InvariantCulture);
    }
}
