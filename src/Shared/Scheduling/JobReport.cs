namespace Chatalot.Shared.Scheduling;

/// <summary>What one run tells of itself; one for each run, in its scope, so a job takes it as a dependency.</summary>
public sealed class JobReport
{
    /// <summary>How many things the run has dealt with so far; for the history and the logs.</summary>
    public long Items { get; set; }

    /// <summary>What fails if the run fails from here on; null: what <see cref="FailsAsAttribute"/> says.</summary>
    public string? FailsAs { get; set; }

    /// <summary>Only find out what there is to do. Asked for by people, of jobs that can (<see cref="IDryRun"/>).</summary>
    public bool IsDryRun { get; internal set; }
}

/// <summary>Marks jobs that honour <see cref="JobReport.IsDryRun"/>.</summary>
public interface IDryRun;
