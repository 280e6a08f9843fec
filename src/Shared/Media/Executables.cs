using System.Buffers.Binary;

namespace Chatalot.Shared.Media;

/// <summary>Files that a system would run, by their beginning (contract, files.md section 5).</summary>
internal static class Executables
{
    /// <summary>The contract's reason, or null.</summary>
    /// <param name="head">Beginning of the file.</param>
    /// <param name="text">The same as text, or null when it is not text.</param>
    public static string? WhyRefused(ReadOnlySpan<byte> head, TextHead? text)
    {
        if (head.StartsWith("MZ"u8) && !IsWord(head, text))
            return "Windows executable (PE) not allowed";
        if (head.StartsWith("\u007FELF"u8))
            return "Linux executable (ELF) not allowed";
        if (head.Length >= 4 && IsMachOrClass(BinaryPrimitives.ReadUInt32BigEndian(head)))
            return "macOS/Java executable not allowed";
        if (text?.Text is { } start)
        {
            if (start.StartsWith("#!", StringComparison.Ordinal) && NamesProgram(start.AsSpan(2)))
                return "shell script not allowed";
            if (text.StartsWith("@echo off") || text.StartsWith("@echo on"))
                return head.Length >= 10 ? "batch script not allowed" : null;
        }
        else if (head.StartsWith("#!"u8))
            return "shell script not allowed";
        return null;
    }

    /// <summary>Text in which MZ stands by itself: no program can be written so, its header holds zeros.</summary>
    private static bool IsWord(ReadOnlySpan<byte> head, TextHead? text) =>
        text is not null && head.Length > 2 && !char.IsAsciiLetterOrDigit((char)head[2]);

    /// <summary>
    /// A kernel runs what follows <c>#!</c> on the first line; a heading such as <c>#!todo</c> names no program.
    /// </summary>
    private static bool NamesProgram(ReadOnlySpan<char> rest)
    {
        var line = rest.IndexOfAny('\r', '\n') is var end and >= 0 ? rest[..end] : rest;
        line = line.Trim();
        return line.IsEmpty
            || line.Contains('/')
            || line.Contains('\\')
            || line.Contains("sh", StringComparison.Ordinal);
    }

    private static bool IsMachOrClass(uint mark) =>
        mark is 0xFEEDFACE or 0xFEEDFACF or 0xCEFAEDFE or 0xCFFAEDFE or 0xCAFEBABE;
}
