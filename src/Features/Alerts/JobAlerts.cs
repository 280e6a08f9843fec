using Chatalot.Shared.Scheduling;

namespace Chatalot.Features.Alerts;

/// <summary>Alerts when a job has failed three times in a row: once, until it has worked again.</summary>
internal sealed class JobAlerts(AlertWebhook webhook) : IJobObserver
{
    private const int WorthAnAlert = 3;

    public void OnFinished(string job, bool succeeded, int failuresInARow, string? error)
    {
        if (failuresInARow == WorthAnAlert)
            webhook.Post("job_failing", "warning", $"Chatalot's job {job} has failed {WorthAnAlert} times in a row.");
    }
}
