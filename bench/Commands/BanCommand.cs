using System.CommandLine;
using Chatalot.Bench.Load;
using Chatalot.Bench.Reporting;

namespace Chatalot.Bench.Commands;

/// <summary>A ban in a large channel.</summary>
internal static class BanCommand
{
    public static Command Create()
    {
        var (target, json) = (new TargetOptions(), JsonFile.Option());
        var sockets = new Option<int>("--sockets")
        {
            Description = "sockets that listen to the channel",
            DefaultValueFactory = _ => 5000,
        };
        var command = new Command("ban", "Bans somebody from a large channel: when all know, and what others feel.")
        {
            sockets,
        };
        target.AddTo(command);
        command.Options.Add(json);
        command.SetAction(
            async (arguments, ct) =>
            {
                var server = target.Read(arguments);
                var result = await server.WithProgressAsync(
                    "ban",
                    async progress =>
                    {
                        using var run = new BanRun(server.Url, server.Seeder, server.Api) { Progress = progress };
                        return await run.RunAsync(arguments.GetValue(sockets), ct);
                    }
                );
                Show.Ban(result);
                JsonFile.Write(arguments.GetValue(json), result, ReportJson.Default.BanResult);
                return result.Missing == 0 ? 0 : 2;
            }
        );
        return command;
    }
}
