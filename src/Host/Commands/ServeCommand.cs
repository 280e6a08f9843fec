using System.CommandLine;
using Chatalot.Host.Configuration;
using Chatalot.Shared.Logging;

namespace Chatalot.Host.Commands;

/// <summary>Runs the server until it is told to stop; its result is the exit code.</summary>
/// <param name="settings">The checked configuration.</param>
/// <param name="log">The process's log.</param>
/// <param name="ct">Stops the server.</param>
public delegate Task<int> Serve(ServerSettings settings, LogPipeline log, CancellationToken ct);

/// <summary><c>serve</c>, also when no command is named: read the configuration, tell what it came to, run.</summary>
internal static class ServeCommand
{
    public static Command Create(Serve serve)
    {
        var command = new Command("serve", "Run the server.");
        command.SetAction((arguments, ct) => RunAsync(arguments, serve, ct));
        return command;
    }

    public static async Task<int> RunAsync(ParseResult arguments, Serve serve, CancellationToken ct)
    {
        var bound = CommandOptions.Bind(arguments);
        // Whatever an operator silenced, he is told why the server does not start.
        var options = bound.Problems.Count == 0 ? bound.Log : bound.Log with { Verbosity = Verbosity.Parse(null) };
        using var log = LogPipeline.Open(options);
        return IsGood(bound, log) ? await serve(bound.Settings!, log, ct) : CommandLine.BadConfiguration;
    }

    /// <summary>Tells what the configuration came to, and checks on disk what reading it could not.</summary>
    private static bool IsGood(BoundSettings bound, LogPipeline log)
    {
        using var loggers = LoggerFactory.Create(logging => logging.AddChatalotLogging(log));
        var logger = loggers.CreateLogger("Chatalot.Host");
        SettingsReport.Log(bound, logger);
        if (bound.Settings is null)
            return false;
        var unwritable = StorageFolder.Problems(bound.Settings, create: true);
        SettingsReport.LogProblems(unwritable, logger);
        return unwritable.Count == 0;
    }
}
