using System.CommandLine;
using Chatalot.Bench.Load;
using Chatalot.Bench.Reporting;

namespace Chatalot.Bench.Commands;

/// <summary>Messages to rooms, in a closed loop or at a fixed rate.</summary>
internal static class FanoutCommand
{
    public static Command Create()
    {
        var (target, plan, json) = (new TargetOptions(), new PlanOptions(), JsonFile.Option());
        var command = new Command(
            "fanout",
            "Sends to rooms: sends and deliveries a second, latencies, losses, doubles, order."
        );
        target.AddTo(command);
        plan.AddTo(command);
        command.Options.Add(json);
        command.SetAction(
            async (arguments, ct) =>
            {
                var server = target.Read(arguments);
                var result = await server.WithProgressAsync(
                    "fan-out",
                    progress =>
                        new FanoutRun(server.Url, server.Seeder, server.Meters) { Progress = progress }.RunAsync(
                            plan.Read(arguments),
                            ct
                        )
                );
                Show.Fanout("fan-out", result);
                JsonFile.Write(arguments.GetValue(json), result, ReportJson.Default.FanoutResult);
                return result.IsClean ? 0 : 2;
            }
        );
        return command;
    }
}
