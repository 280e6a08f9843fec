using System.CommandLine;
using Chatalot.Bench.Load;
using Chatalot.Bench.Reporting;

namespace Chatalot.Bench.Commands;

/// <summary>A large call that fills quickly, and its signals.</summary>
internal static class CallsCommand
{
    public static Command Create()
    {
        var (target, json) = (new TargetOptions(), JsonFile.Option());
        var participants = NumberOption.Create("--participants", "people who join", 25);
        var within = NumberOption.Create("--within", "milliseconds in which they join, evenly; 0: all at once", 1000);
        var candidates = NumberOption.Create(
            "--candidates",
            "candidates that each sends to each peer at the beginning",
            10
        );
        var seconds = NumberOption.Create("--seconds", "measured time after everybody has connected", 10);
        var rate = NumberOption.Create("--rate", "candidates a second of all together in that time", 500);
        var command = new Command("calls", "Fills a call: who connects to whom, and how fast signals are relayed.")
        {
            participants,
            within,
            candidates,
            seconds,
            rate,
        };
        target.AddTo(command);
        command.Options.Add(json);
        command.SetAction(
            async (arguments, ct) =>
            {
                var server = target.Read(arguments);
                var plan = new CallPlan(
                    arguments.GetValue(participants),
                    arguments.GetValue(within),
                    arguments.GetValue(candidates),
                    arguments.GetValue(seconds),
                    arguments.GetValue(rate)
                );
                if (plan.Participants < 2)
                    throw new ArgumentException("--participants must be at least 2");
                var result = await server.WithProgressAsync(
                    "calls",
                    async progress =>
                    {
                        using var run = new CallRun(server.Url, server.Seeder) { Progress = progress };
                        return await run.RunAsync(plan, ct);
                    }
                );
                Show.Calls(result);
                JsonFile.Write(arguments.GetValue(json), result, ReportJson.Default.CallResult);
                return result.IsClean ? 0 : 2;
            }
        );
        return command;
    }
}
