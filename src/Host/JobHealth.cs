using System.Collections.Concurrent;
using Chatalot.Shared.Scheduling;

namespace Chatalot.Host;

/// <summary>Remembers which jobs of this process fail again and again.</summary>
internal sealed class JobHealth : IJobObserver
{
    private const int Alarming = 3;

    private readonly ConcurrentDictionary<string, int> failures = new(StringComparer.Ordinal);

    /// <summary>The jobs that failed three times in a row and have not succeeded since; null: none.</summary>
    public string? Complaint
    {
        get
        {
            var failing = failures.Where(job => job.Value >= Alarming).Select(job => job.Key).Order().ToList();
            return failing.Count == 0 ? null : $"failed three times in a row: {string.Join(", ", failing)}";
        }
    }

    /// <inheritdoc/>
    public void OnFinished(string job, bool succeeded, int failuresInARow, string? error) =>
        failures[job] = succeeded ? 0 : failuresInARow;
}
