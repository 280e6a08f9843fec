using System.CommandLine;
using Chatalot.Bench.Floor;
using Chatalot.Bench.Reporting;
using Chatalot.Bench.Suite;

namespace Chatalot.Bench.Commands;

/// <summary>
/// Everything at once: floor and server in the same run, as ratios against what the server must reach.
/// </summary>
internal static class SuiteCommand
{
    public static Command Create()
    {
        var (target, json) = (new TargetOptions(), JsonFile.Option());
        var database = new Option<string?>("--database")
        {
            Description = "the server's PostgreSQL, to measure single commits in the same run (table bench_floor)",
        };
        var repeat = NumberOption.Create("--repeat", "how often to measure; the table shows medians", 3);
        var seconds = NumberOption.Create("--seconds", "measured time of each load", 8);
        var idle = NumberOption.Create("--idle-sockets", "idle sockets for memory", 5000);
        var pages = NumberOption.Create("--pages", "history pages to read, newest and deep", 5000);
        var messages = NumberOption.Create("--messages", "messages in the channel whose history is read", 20_000);
        var command = new Command("suite", "Floor and server back to back: a table of ratios against the targets.")
        {
            database,
            repeat,
            seconds,
            idle,
            pages,
            messages,
        };
        target.AddTo(command);
        command.Options.Add(json);
        command.SetAction(
            async (arguments, ct) =>
            {
                var server = target.Read(arguments);
                var plan = new SuitePlan(
                    arguments.GetValue(repeat),
                    arguments.GetValue(seconds),
                    arguments.GetValue(idle),
                    arguments.GetValue(pages),
                    arguments.GetValue(messages)
                );
                await using var commits = arguments.GetValue(database) is { } url
                    ? await CommitFloor.OpenAsync(DatabaseUrl.ToConnectionString(url), maxClients: 32, ct)
                    : null;
                var report = await server.WithProgressAsync(
                    "suite",
                    progress => new SuiteRun(server, plan, commits, progress).RunAsync(ct)
                );
                Show.Suite(report);
                JsonFile.Write(arguments.GetValue(json), report, ReportJson.Default.SuiteReport);
                return report.IsClean ? 0 : 2;
            }
        );
        return command;
    }
}
