namespace Chatalot.Shared.Scheduling;

/// <summary>
/// Hears how the shared jobs of this process end; registered as a singleton by whoever alerts or counts.
/// </summary>
public interface IJobObserver
{
    /// <summary>A run has ended and is stored. Must return at once.</summary>
    /// <param name="job">The job's name.</param>
    /// <param name="succeeded">Whether it ended well.</param>
    /// <param name="failuresInARow">With this run; 0 after a success.</param>
    /// <param name="error">Why it failed.</param>
    void OnFinished(string job, bool succeeded, int failuresInARow, string? error);
}
