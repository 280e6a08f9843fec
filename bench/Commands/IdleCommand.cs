using System.CommandLine;
using Chatalot.Bench.Load;
using Chatalot.Bench.Reporting;

namespace Chatalot.Bench.Commands;

/// <summary>Idle sockets: memory of each, authentications a second, CPU at rest.</summary>
internal static class IdleCommand
{
    public static Command Create()
    {
        var (target, options, json) = (new TargetOptions(), new IdleOptions(), JsonFile.Option());
        var command = new Command("idle", "Opens idle sockets: memory of each, authentications a second, CPU at rest.");
        target.AddTo(command);
        options.AddTo(command);
        command.Options.Add(json);
        command.SetAction(
            async (arguments, ct) =>
            {
                var server = target.Read(arguments);
                var (sockets, channels, seconds) = options.Read(arguments);
                var result = await server.WithProgressAsync(
                    "idle sockets",
                    progress =>
                        new IdleRun(server.Url, server.Seeder, server.Meters) { Progress = progress }.RunAsync(
                            sockets,
                            channels,
                            seconds,
                            ct
                        )
                );
                Show.Idle("server", result);
                JsonFile.Write(arguments.GetValue(json), result, ReportJson.Default.IdleResult);
                return result.ClosedSockets == 0 ? 0 : 2;
            }
        );
        return command;
    }
}
