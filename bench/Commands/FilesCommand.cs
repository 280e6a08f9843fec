using System.CommandLine;
using Chatalot.Bench.Floor;
using Chatalot.Bench.Load;
using Chatalot.Bench.Reporting;

namespace Chatalot.Bench.Commands;

/// <summary>Uploads at once, and what they do to a lone sender's messages.</summary>
internal static class FilesCommand
{
    private const long MiB = 1024 * 1024;

    public static Command Create()
    {
        var (target, json) = (new TargetOptions(), JsonFile.Option());
        var parallel = new Option<int>("--parallel")
        {
            Description = "uploads at a time, each by a user of their own",
            DefaultValueFactory = _ => 20,
        };
        var size = new Option<int>("--size")
        {
            Description = "size of each file in MiB; the server's MAX_FILE_SIZE_MB must allow it",
            DefaultValueFactory = _ => 100,
        };
        var seconds = new Option<double>("--seconds")
        {
            Description = "length of each of the two phases: without and with uploads",
            DefaultValueFactory = _ => 20,
        };
        var folder = new Option<string>("--folder")
        {
            Description = "folder for the floor (cp and sha256sum), best on the server's file system",
            DefaultValueFactory = _ => Path.GetTempPath(),
        };
        var command = new Command("files", "Uploads: throughput against cp and sha256sum, memory, what messages feel.")
        {
            parallel,
            size,
            seconds,
            folder,
        };
        target.AddTo(command);
        command.Options.Add(json);
        command.SetAction(
            async (arguments, ct) =>
            {
                var server = target.Read(arguments);
                var plan = new FilesPlan(
                    arguments.GetValue(parallel),
                    arguments.GetValue(size) * MiB,
                    arguments.GetValue(seconds)
                );
                var result = await server.WithProgressAsync(
                    "files",
                    async progress =>
                    {
                        progress("cp and sha256sum");
                        var floor = await CopyFloor.MeasureAsync(
                            arguments.GetRequiredValue(folder),
                            plan.FileBytes,
                            ct
                        );
                        var messages = new FanoutRun(server.Url, server.Seeder, server.Meters) { Progress = progress };
                        var run = new FilesRun(server.Api, server.Accounts, messages, server.Meters)
                        {
                            Progress = progress,
                        };
                        return await run.RunAsync(plan, floor, ct);
                    }
                );
                Show.Files(result);
                JsonFile.Write(arguments.GetValue(json), result, ReportJson.Default.FilesResult);
                return result.IsClean ? 0 : 2;
            }
        );
        return command;
    }
}
