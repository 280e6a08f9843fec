using System.CommandLine;
using Chatalot.Bench.Floor;
using Chatalot.Bench.Load;
using Chatalot.Bench.Machine;
using Chatalot.Bench.Reporting;

namespace Chatalot.Bench.Commands;

/// <summary>What the machine can do at most.</summary>
internal static class FloorCommand
{
    public static Command Create()
    {
        var command = new Command(
            "floor",
            "What this machine can do at most: commits without grouping, sockets without storage."
        );
        command.Subcommands.Add(Commits());
        command.Subcommands.Add(Sockets());
        command.Subcommands.Add(Idle());
        return command;
    }

    private static Command Commits()
    {
        var database = new Option<string>("--database")
        {
            Description =
                "PostgreSQL, as postgres:// URL or key=value string; the table bench_floor is created and dropped",
            Required = true,
        };
        var clients = new Option<int[]>("--clients")
        {
            Description = "connections, each with one commit under way",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [1, 32, 64],
        };
        var seconds = new Option<double>("--seconds") { Description = "time for each", DefaultValueFactory = _ => 5 };
        var bytes = new Option<int>("--bytes") { Description = "bytes of a message", DefaultValueFactory = _ => 300 };
        var command = new Command("commits", "Single-row commits of message-shaped rows.")
        {
            database,
            clients,
            seconds,
            bytes,
        };
        command.SetAction(
            async (arguments, ct) =>
            {
                var counts = arguments.GetRequiredValue(clients);
                var connection = DatabaseUrl.ToConnectionString(arguments.GetRequiredValue(database));
                await using var floor = await CommitFloor.OpenAsync(connection, counts.Max(), ct);
                var results = new List<CommitResult>();
                foreach (var count in counts)
                    results.Add(
                        await floor.RunAsync(count, arguments.GetValue(seconds), arguments.GetValue(bytes), ct)
                    );
                Show.Commits(floor.Durability, results);
                return 0;
            }
        );
        return command;
    }

    private static Command Sockets()
    {
        var plan = new PlanOptions();
        var command = new Command(
            "sockets",
            "The fan-out load against a bare WebSocket server in a process of its own."
        );
        plan.AddTo(command);
        command.SetAction(
            async (arguments, ct) =>
            {
                using var server = await BareServerProcess.StartAsync(ct);
                var result = await Show.WithProgressAsync(
                    "bare fan-out",
                    progress =>
                        new FanoutRun(server.Address, new BareSeeder(), new Meters(server.Pid, null))
                        {
                            Progress = progress,
                        }.RunAsync(plan.Read(arguments), ct)
                );
                Show.Fanout("bare fan-out", result, ordered: false);
                return 0;
            }
        );
        return command;
    }

    private static Command Idle()
    {
        var options = new IdleOptions();
        var command = new Command("idle", "Idle sockets at the bare server: memory of one, with nothing around it.");
        options.AddTo(command);
        command.SetAction(
            async (arguments, ct) =>
            {
                using var server = await BareServerProcess.StartAsync(ct);
                var (sockets, channels, seconds) = options.Read(arguments);
                var result = await Show.WithProgressAsync(
                    "bare idle",
                    progress =>
                        new IdleRun(server.Address, new BareSeeder(), new Meters(server.Pid, null))
                        {
                            Progress = progress,
                        }.RunAsync(sockets, channels, seconds, ct)
                );
                Show.Idle("bare server", result);
                return 0;
            }
        );
        return command;
    }
}
