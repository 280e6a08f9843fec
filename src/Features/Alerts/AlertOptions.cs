namespace Chatalot.Features.Alerts;

/// <summary>Who is told when something is wrong.</summary>
public sealed record AlertOptions
{
    /// <summary>Where alerts are posted; its path is a secret. Null: nowhere.</summary>
    public Uri? Webhook { get; init; }

    /// <summary>How the instance calls itself: its public address, or the name of the machine.</summary>
    public required string Instance { get; init; }

    /// <summary>Folder whose disk is watched.</summary>
    public required string StoragePath { get; init; }

    /// <summary>Free space below this is an alert.</summary>
    public long LeastFreeBytes { get; init; } = 512L * 1024 * 1024;

    /// <summary>How often the disk is looked at.</summary>
    public TimeSpan DiskInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The wait before the second attempt to post; each further one is twice as long.</summary>
    public TimeSpan FirstRetryWait { get; init; } = TimeSpan.FromSeconds(2);
}
