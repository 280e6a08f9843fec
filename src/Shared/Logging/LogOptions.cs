namespace Chatalot.Shared.Logging;

/// <summary>What is logged, how it looks and where it is kept.</summary>
public sealed record LogOptions
{
    /// <summary>Who may write what.</summary>
    public required Verbosity Verbosity { get; init; }

    /// <summary>One JSON object a line on standard output instead of text.</summary>
    public bool IsJson { get; init; }

    /// <summary>Files that keep the last events for searching; null: none are written.</summary>
    public LogFileOptions? Files { get; init; }

    /// <summary>A statement that takes longer is logged as a warning; zero: never.</summary>
    public TimeSpan SlowStatement { get; init; } = TimeSpan.FromMilliseconds(500);
}

/// <summary>Where log files are and how much they may hold.</summary>
/// <param name="Folder">Folder of the files.</param>
/// <param name="MaxBytes">All files together; the oldest go first.</param>
/// <param name="MaxAge">Older files go, however small.</param>
public sealed record LogFileOptions(string Folder, long MaxBytes, TimeSpan MaxAge)
{
    private const long Largest = 32 * 1024 * 1024;
    private const int Parts = 8;

    /// <summary>A file that reaches this is closed and the next one is begun.</summary>
    public long FileBytes => Math.Min(Largest, Math.Max(1, MaxBytes / Parts));
}
