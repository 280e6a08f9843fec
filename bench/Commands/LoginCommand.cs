using System.CommandLine;
using Chatalot.Bench.Load;
using Chatalot.Bench.Reporting;

namespace Chatalot.Bench.Commands;

/// <summary>Logins a second, and what they do to everybody else's messages.</summary>
internal static class LoginCommand
{
    public static Command Create()
    {
        var (target, json) = (new TargetOptions(), JsonFile.Option());
        var count = new Option<int>("--count") { Description = "logins", DefaultValueFactory = _ => 50 };
        var parallel = new Option<int>("--parallel") { Description = "logins at a time", DefaultValueFactory = _ => 4 };
        var victims = new Option<bool>("--victims")
        {
            Description =
                "also measure message delivery at a fixed rate, first alone and then while logins run (ignores --count)",
        };
        var seconds = new Option<double>("--seconds")
        {
            Description = "with --victims, the length of each of the two phases",
            DefaultValueFactory = _ => 10,
        };
        var refused = new Option<int>("--refused")
        {
            Description =
                "wrong passwords for known and for unknown names, each this often, and how their medians differ",
        };
        var command = new Command("login", "Logs in: throughput, latency, and what others feel of it.")
        {
            count,
            parallel,
            victims,
            seconds,
            refused,
        };
        target.AddTo(command);
        command.Options.Add(json);
        command.SetAction(
            async (arguments, ct) =>
            {
                var server = target.Read(arguments);
                var logins = new LoginRun(server.Api, server.Accounts);
                var result = await server.WithProgressAsync(
                    "login",
                    progress =>
                        arguments.GetValue(victims)
                            ? logins.RunWithVictimsAsync(
                                new FanoutRun(server.Url, server.Seeder, server.Meters) { Progress = progress },
                                arguments.GetValue(parallel),
                                arguments.GetValue(seconds),
                                ct
                            )
                            : logins.RunAsync(
                                arguments.GetValue(count),
                                arguments.GetValue(parallel),
                                CancellationToken.None,
                                ct
                            )
                );
                if (arguments.GetValue(refused) is > 0 and var tries)
                    result = result with { Refused = await logins.RefuseAsync(tries, ct) };
                Show.Login(result);
                JsonFile.Write(arguments.GetValue(json), result, ReportJson.Default.LoginResult);
                return 0;
            }
        );
        return command;
    }
}
