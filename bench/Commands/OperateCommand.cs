using System.CommandLine;
using Chatalot.Bench.Load;
using Chatalot.Bench.Reporting;

namespace Chatalot.Bench.Commands;

/// <summary>What monitoring feels of a busy server, and what being observed costs it.</summary>
internal static class OperateCommand
{
    public static Command Create()
    {
        var (target, plan, json) = (new TargetOptions(), new PlanOptions(), JsonFile.Option());
        var start = new Option<string?>("--start-command")
        {
            Description =
                "command line that starts the server; then it is also compared with text lines and without metrics",
        };
        var repeats = new Option<int>("--repeat")
        {
            Description = "how often the two are compared",
            DefaultValueFactory = _ => 3,
        };
        var command = new Command(
            "operate",
            "Calls health and reads the metrics while rooms are busy, and measures what JSON lines and metrics cost."
        );
        target.AddTo(command);
        plan.AddTo(command);
        command.Options.Add(start);
        command.Options.Add(repeats);
        command.Options.Add(json);
        command.SetAction(
            async (arguments, ct) =>
            {
                var server = target.Read(arguments);
                var result = await server.WithProgressAsync(
                    "operations",
                    progress =>
                    {
                        var run = new OperateRun(
                            server.Url,
                            target.ReadMetrics(arguments),
                            server.Api,
                            server.Seeder,
                            () => target.ReadMeters(arguments)
                        )
                        {
                            Progress = progress,
                        };
                        return arguments.GetValue(start) is { } startCommand
                            ? run.RunAsync(plan.Read(arguments), startCommand, arguments.GetValue(repeats), ct)
                            : run.RunAsync(plan.Read(arguments), ct);
                    }
                );
                Show.Fanout("fan-out, watched", result.Load);
                Show.Operate(result);
                JsonFile.Write(arguments.GetValue(json), result, ReportJson.Default.OperateResult);
                return result.Load.IsClean && result.Probe.Unwell == 0 ? 0 : 2;
            }
        );
        return command;
    }
}
