using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Chatalot.Host.Commands;
using Chatalot.Host.Configuration;

namespace Chatalot.Host;

/// <summary>The commands of <c>chatalot-server</c>; without one it serves.</summary>
public static class CommandLine
{
    /// <summary>sysexits.h EX_CONFIG; service managers are told not to restart on it.</summary>
    public const int BadConfiguration = 78;

    /// <summary>
    /// For a command that is told to stop: to remove what it has begun, and to stop a database that it started.
    /// </summary>
    private static readonly TimeSpan LongestFarewell = TimeSpan.FromSeconds(20);

    /// <summary>Runs the command that the arguments name.</summary>
    /// <param name="args">Arguments of the process.</param>
    /// <param name="serve">Runs the server.</param>
    /// <returns>Exit code: 0 good, 1 failed, 78 the configuration is wrong.</returns>
    public static Task<int> RunAsync(string[] args, Serve serve)
    {
        var root = new RootCommand("Chatalot, a team chat server. Without a command it serves.")
        {
            CommandOptions.Data,
            CommandOptions.Port,
        };
        root.SetAction((arguments, ct) => ServeCommand.RunAsync(arguments, serve, ct));
        var server = ServeCommand.Create(serve);
        root.Add(server);
        root.Add(CheckConfigCommand.Create());
        root.Add(HealthcheckCommand.Create());
        root.Add(LogsCommand.Create());
        root.Add(MigrateCommand.Create());
        root.Add(BackupCommand.Create());
        root.Add(JobsCommand.Create());
        root.Add(AdminCommand.Create());
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithVariables((HelpAction)help.Action!);
        var parsed = root.Parse(args);
        // The server answers signals by itself and has its own time limit; the other commands are told by the parser.
        var isServer = parsed.CommandResult.Command == root || parsed.CommandResult.Command == server;
        return parsed.InvokeAsync(
            new InvocationConfiguration { ProcessTerminationTimeout = isServer ? null : LongestFarewell }
        );
    }

    /// <summary>
    /// The list of variables fills several screens: it comes where it is looked for, and never between a mistake and
    /// the eyes of whoever made it.
    /// </summary>
    private sealed class HelpWithVariables(HelpAction help) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            var result = help.Invoke(parseResult);
            var output = parseResult.InvocationConfiguration.Output;
            if (parseResult.CommandResult.Command is RootCommand && parseResult.Errors.Count == 0)
            {
                output.WriteLine("Environment variables:");
                output.Write(SettingsReport.ToHelp());
            }
            else
                output.WriteLine("Settings are environment variables: chatalot-server --help lists them.");
            return result;
        }
    }
}
