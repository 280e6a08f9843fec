namespace Chatalot.Features.Maintenance;

/// <summary>How long things are kept; the defaults are the contract's (operations.md 4.1).</summary>
public sealed record MaintenanceOptions
{
    /// <summary>Logins that have ended.</summary>
    public TimeSpan EndedSessions { get; init; } = TimeSpan.FromDays(7);

    /// <summary>One-time prekeys that were handed out, counted from when they were made.</summary>
    public TimeSpan UsedPrekeys { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Entries of the audit log.</summary>
    public TimeSpan AuditLog { get; init; } = TimeSpan.FromDays(90);

    /// <summary>Those of them that tell what operators did (<c>admin_…</c>).</summary>
    public TimeSpan OperatorAudit { get; init; } = TimeSpan.FromDays(90);

    /// <summary>Messages that somebody deleted.</summary>
    public TimeSpan DeletedMessages { get; init; } = TimeSpan.FromDays(30);

    /// <summary>The history of maintenance itself.</summary>
    public TimeSpan RunHistory { get; init; } = TimeSpan.FromDays(90);

    /// <summary>Orphan files in the trash folder.</summary>
    public TimeSpan Trash { get; init; } = TimeSpan.FromDays(7);

    /// <summary>
    /// When more than this share of all files looks orphaned, something else is wrong and nothing is moved.
    /// </summary>
    public double LargestOrphanShare { get; init; } = 0.2;
}
