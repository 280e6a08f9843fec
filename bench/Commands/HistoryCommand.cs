using System.CommandLine;
using Chatalot.Bench.Load;
using Chatalot.Bench.Reporting;

namespace Chatalot.Bench.Commands;

/// <summary>History pages a second, at the end and deep inside a channel.</summary>
internal static class HistoryCommand
{
    public static Command Create()
    {
        var (target, json) = (new TargetOptions(), JsonFile.Option());
        var connections = NumberOption.Create(
            "--connections",
            "keep-alive connections, one request under way on each",
            20
        );
        var pages = NumberOption.Create("--pages", "pages of 50 to read, both of the newest and deep", 5000);
        var messages = NumberOption.Create("--messages", "messages to put into a new channel first", 20_000);
        var depth = NumberOption.Create(
            "--depth",
            "how many messages to walk back before reading deep pages",
            1_000_000
        );
        var channel = new Option<Guid?>("--channel")
        {
            Description = "an existing channel to join and read, instead of a new one",
        };
        var command = new Command("history", "Reads history pages of 50: pages a second and latency, newest and deep.")
        {
            connections,
            pages,
            messages,
            depth,
            channel,
        };
        target.AddTo(command);
        command.Options.Add(json);
        command.SetAction(
            async (arguments, ct) =>
            {
                var server = target.Read(arguments);
                var result = await server.WithProgressAsync(
                    "history",
                    async progress =>
                    {
                        var reader = arguments.GetValue(channel) is { } existing
                            ? await HistoryChannel.JoinAsync(server, existing, ct)
                            : await HistoryChannel.FillAsync(server, arguments.GetValue(messages), progress, ct);
                        return await new HistoryRun(server.Url, server.Api, reader.Token, reader.Channel)
                        {
                            Progress = progress,
                        }.RunAsync(
                            arguments.GetValue(connections),
                            arguments.GetValue(pages),
                            arguments.GetValue(depth),
                            ct
                        );
                    }
                );
                Show.History(result);
                JsonFile.Write(arguments.GetValue(json), result, ReportJson.Default.HistoryResult);
                return 0;
            }
        );
        return command;
    }
}
