using System.CommandLine;
using Chatalot.Shared.Logging;
using Chatalot.Shared.Scheduling;

namespace Chatalot.Host.Commands;

/// <summary>
/// <c>jobs list</c> and <c>jobs run</c>: maintenance from the shell, beside a running server or without one.
/// </summary>
internal static class JobsCommand
{
    private static readonly Argument<string> Job = new("job") { Description = "Its name, as the list shows it." };
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Only tell what it would do." };

    public static Command Create()
    {
        var jobs = new Command("jobs", "See and run maintenance jobs.");
        var list = new Command("list", "Show when each job runs and how its last run went.");
        list.SetAction((arguments, ct) => RunAsync(arguments, ListAsync, ct));
        jobs.Add(list);
        var run = new Command("run", "Run a job now.") { Job, DryRun };
        run.SetAction(
            (arguments, ct) =>
                RunAsync(
                    arguments,
                    (all, token) => RunJobAsync(all, arguments.GetValue(Job)!, arguments.GetValue(DryRun), token),
                    ct
                )
        );
        jobs.Add(run);
        return jobs;
    }

    private static async Task<int> RunAsync(
        ParseResult arguments,
        Func<IJobs, CancellationToken, Task<int>> run,
        CancellationToken ct
    )
    {
        try
        {
            await using var database = await CommandDatabase.OpenAsync(arguments, ct);
            using var log = LogPipeline.Open(database.Settings.Log with { Files = null });
            await using var app = database.BuildServer(log);
            return await run(app.Services.GetRequiredService<IJobs>(), ct);
        }
        catch (Exception reason) when (CommandDatabase.IsExpected(reason))
        {
            await Console.Error.WriteLineAsync(reason.Message);
            return 1;
        }
    }

    private static async Task<int> ListAsync(IJobs jobs, CancellationToken ct)
    {
        var all = await jobs.ListAsync(ct);
        var width = all.Max(job => job.Name.Length);
        foreach (var job in all)
            await Console.Out.WriteLineAsync(
                $"{job.Name.PadRight(width)} {job.Schedule, -16} next {job.NextRunAt:u}  "
                    + (
                        job.LastRun is { } last
                            ? $"last {last.StartedAt:u} {last.Outcome}, {last.Items} items {last.Error}".TrimEnd()
                            : "has not run yet"
                    )
            );
        return 0;
    }

    private static async Task<int> RunJobAsync(IJobs jobs, string job, bool isDryRun, CancellationToken ct)
    {
        try
        {
            if (await jobs.RunNowAsync(job, isDryRun, ct) is not { } run)
                throw new CommandException($"{job} is running already.");
            await Console.Out.WriteLineAsync($"{job} {run.Outcome}, {run.Items} items {run.Error}".TrimEnd());
            return run.Outcome == "succeeded" ? 0 : 1;
        }
        catch (Exception reason) when (reason is KeyNotFoundException or NotSupportedException)
        {
            throw new CommandException(reason.Message);
        }
    }
}
