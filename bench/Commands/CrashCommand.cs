using System.CommandLine;
using Chatalot.Bench.Accounts;
using Chatalot.Bench.Crash;
using Spectre.Console;

namespace Chatalot.Bench.Commands;

/// <summary>Acknowledged means committed: shown by killing.</summary>
internal static class CrashCommand
{
    public static Command Create()
    {
        var url = new Option<string>("--url")
        {
            Description = "address that the started server listens on",
            DefaultValueFactory = _ => "http://127.0.0.1:8080",
        };
        var start = new Option<string>("--start-command")
        {
            Description =
                "command line that starts the server, for example: ./src/Host/bin/Release/net10.0/chatalot-server --data DIR --port 8080",
            Required = true,
        };
        var data = new Option<string?>("--data")
        {
            Description =
                "the data folder that holds the server's private PostgreSQL; needed unless only the server is killed",
        };
        var target = new Option<CrashTarget>("--target")
        {
            Description = "what to kill each round",
            DefaultValueFactory = _ => CrashTarget.Both,
        };
        var rounds = NumberOption.Create("--rounds", "how often to kill", 20);
        var channels = NumberOption.Create("--channels", "channels under load", 2);
        var writers = NumberOption.Create("--writers", "writers of each channel", 4);
        var readers = NumberOption.Create("--readers", "readers of each channel", 3);
        var cache = new Option<string?>("--accounts")
        {
            Description = "file that keeps registered accounts between runs",
        };
        var command = new Command(
            "crash",
            "Kills server and PostgreSQL under load and checks that no acknowledged message is lost, doubled or reordered."
        )
        {
            url,
            start,
            data,
            target,
            rounds,
            channels,
            writers,
            readers,
            cache,
        };
        command.SetAction(
            async (arguments, ct) =>
            {
                var plan = new CrashPlan(
                    arguments.GetValue(rounds),
                    arguments.GetValue(target),
                    arguments.GetValue(channels),
                    arguments.GetValue(writers),
                    arguments.GetValue(readers)
                );
                var address = new Uri(arguments.GetRequiredValue(url));
                var folder = arguments.GetValue(data);
                if (folder is null && plan.Target != CrashTarget.Server)
                    throw new ArgumentException("--data is needed to kill PostgreSQL");
                var api = ChatalotApi.For(address);
                using var accounts = new AccountPool(
                    api,
                    arguments.GetValue(cache) ?? AccountCache.DefaultPathFor(address),
                    TimeProvider.System
                );
                using var server = new ServerProcess(arguments.GetRequiredValue(start), address, api);
                var run = new CrashRun(
                    address,
                    api,
                    accounts,
                    server,
                    folder is null ? null : new Postmaster(folder),
                    plan
                );
                return await ReportAsync(run, plan, ct);
            }
        );
        return command;
    }

    private static async Task<int> ReportAsync(CrashRun run, CrashPlan plan, CancellationToken ct)
    {
        var violations = 0;
        await foreach (var round in run.RunAsync(ct))
        {
            violations += round.Violations.Count;
            var name = round.Number > 0 ? $"round {round.Number} of {plan.Rounds}" : "at the end";
            AnsiConsole.MarkupLineInterpolated(
                $"{name}: killed {round.Killed}; healthy after {round.Recovery.TotalSeconds:0.0} s; {round.Acknowledged} acknowledged, {round.Stored} stored: {(round.Violations.Count == 0 ? "ok" : "VIOLATED")}"
            );
            foreach (var violation in round.Violations.Take(10))
                AnsiConsole.MarkupLineInterpolated($"[red]  {violation}[/]");
        }
        AnsiConsole.WriteLine(
            violations == 0
                ? $"{plan.Rounds} rounds, nothing lost, nothing twice, one order"
                : $"{violations} violations"
        );
        return violations == 0 ? 0 : 2;
    }
}
