using System.Globalization;

namespace Chatalot.Shared.Logging.Store;

/// <summary>
/// Appends lines to a file of its own in the folder and begins another when it is full or the day is over; the oldest
/// files go when all together are too large or too old. A full or missing disk costs lines, never the server.
/// </summary>
internal sealed class RollingLogFile(LogFileOptions options, TimeProvider clock) : IDisposable
{
    private const string Prefix = "chatalot-";
    private const string Extension = ".clef";
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);

    private FileStream? file;
    private DateTimeOffset openedAt;
    private DateTimeOffset triedAt = DateTimeOffset.MinValue;

    /// <summary>Why the last line was not written, or null.</summary>
    public string? LastProblem { get; private set; }

    /// <summary>Files of the log in the folder, newest first. Their names are in the order of their times.</summary>
    public static IReadOnlyList<FileInfo> FilesIn(string folder) =>
        [
            .. new DirectoryInfo(folder)
                .EnumerateFiles($"{Prefix}*{Extension}")
                .OrderByDescending(file => file.Name, StringComparer.Ordinal),
        ];

    /// <summary>Appends a line that ends with its line break.</summary>
    public void Write(ReadOnlySpan<byte> line)
    {
        var now = clock.GetUtcNow();
        try
        {
            if (file is not null && (file.Position + line.Length > options.FileBytes || now.Date != openedAt.Date))
                Close();
            if (file is null)
            {
                if (now - triedAt < RetryAfter)
                    return;
                triedAt = now;
                Open(now);
            }
            file!.Write(line);
            LastProblem = null;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            LastProblem = problem.Message;
            Close();
            triedAt = now;
        }
    }

    public void Dispose() => Close();

    private void Open(DateTimeOffset now)
    {
        Directory.CreateDirectory(options.Folder);
        Prune(now);
        var name = string.Create(
            CultureInfo.InvariantCulture,
            $"{Prefix}{now.UtcDateTime:yyyyMMdd'T'HHmmssfff'Z'}-{Environment.ProcessId}{Extension}"
        );
        var settings = new FileStreamOptions
        {
            Mode = FileMode.Append,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite | FileShare.Delete,
            // A line is readable as soon as it is written.
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
            settings.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        file = new FileStream(Path.Combine(options.Folder, name), settings);
        openedAt = now;
        triedAt = DateTimeOffset.MinValue;
    }

    private void Close()
    {
        try
        {
            file?.Dispose();
        }
        catch (IOException problem)
        {
            LastProblem = problem.Message;
        }
        file = null;
    }

    /// <summary>Makes room for the file that is about to be opened.</summary>
    private void Prune(DateTimeOffset now)
    {
        var room = options.MaxBytes - options.FileBytes;
        foreach (var old in FilesIn(options.Folder))
        {
            room -= old.Length;
            if (room < 0 || now - old.LastWriteTimeUtc > options.MaxAge)
                old.Delete();
        }
    }
}
