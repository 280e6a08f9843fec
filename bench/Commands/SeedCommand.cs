using System.CommandLine;
using Chatalot.Bench.Floor;
using Chatalot.Bench.Seed;
using Spectre.Console;

namespace Chatalot.Bench.Commands;

/// <summary>Fills an empty server's database with people, spaces and messages.</summary>
internal static class SeedCommand
{
    public static Command Create()
    {
        var database = new Option<string>("--database")
        {
            Description = "the server's database, as its DATABASE_URL; its schema must be in place",
            Required = true,
        };
        var member = new Option<string?>("--member")
        {
            Description = "an existing account that becomes a member of everything, to log in with",
        };
        var users = NumberOption.Create("--users", "people", 10_000);
        var communities = NumberOption.Create(
            "--communities",
            "communities; half of the people are in the first one",
            20
        );
        var groups = NumberOption.Create("--groups", "groups, spread over the communities", 500);
        var channels = NumberOption.Create("--channels", "channels, spread over the groups", 2000);
        var messages = NumberOption.Create("--messages", "messages, spread over the channels", 2_000_000);
        var seed = NumberOption.Create("--seed", "the same number makes the same contents", 1);
        var command = new Command("seed", "Writes a big instance straight into a database, the same for the same seed.")
        {
            database,
            member,
            users,
            communities,
            groups,
            channels,
            messages,
            seed,
        };
        command.SetAction(
            async (arguments, ct) =>
            {
                var plan = new SeedPlan(
                    arguments.GetValue(users),
                    arguments.GetValue(communities),
                    arguments.GetValue(groups),
                    arguments.GetValue(channels),
                    arguments.GetValue(messages),
                    arguments.GetValue(seed)
                );
                var seeder = new DatabaseSeeder(
                    DatabaseUrl.ToConnectionString(arguments.GetRequiredValue(database)),
                    plan
                );
                await AnsiConsole
                    .Progress()
                    .StartAsync(progress => seeder.RunAsync(arguments.GetValue(member), progress, ct));
                return 0;
            }
        );
        return command;
    }
}
