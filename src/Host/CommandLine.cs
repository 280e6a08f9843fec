using System.Collections;
using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Globalization;
using System.Net;
using Chatalot.Host.Configuration;
using Chatalot.Shared.Logging;

namespace Chatalot.Host;

/// <summary>The commands of <c>chatalot-server</c>: serve (when none is named), check-config, healthcheck.</summary>
public static class CommandLine
{
    /// <summary>sysexits.h EX_CONFIG; service managers are told not to restart on it.</summary>
    public const int BadConfiguration = 78;

    private static readonly Option<string> Data = new("--data")
    {
        Description = "Folder for everything that the server creates by itself; wins over DATA_PATH.",
        HelpName = "DIR",
        Recursive = true,
    };
    private static readonly Option<ushort?> Port = new("--port")
    {
        Description = "Port to listen on; wins over the one in LISTEN_ADDR.",
        HelpName = "N",
        Recursive = true,
    };
    private static readonly Option<bool> Markdown = new("--markdown")
    {
        Description = "Print the table of docs/operations/configuration.md instead.",
    };

    /// <summary>Runs the command that the arguments name.</summary>
    /// <param name="args">Arguments of the process.</param>
    /// <param name="serve">Runs the server until it is told to stop; its result is the exit code.</param>
    /// <returns>Exit code: 0 good, 1 failed, 78 the configuration is wrong.</returns>
    public static Task<int> RunAsync(string[] args, Func<ServerSettings, CancellationToken, Task<int>> serve)
    {
        var root = new RootCommand("Chatalot, a team chat server. Without a command it serves.") { Data, Port };
        root.SetAction((arguments, ct) => ServeAsync(arguments, serve, ct));
        var serving = new Command("serve", "Run the server.");
        serving.SetAction((arguments, ct) => ServeAsync(arguments, serve, ct));
        root.Add(serving);
        var checking = new Command(
            "check-config",
            "Tell what the configuration comes to, or all that is wrong with it."
        );
        checking.Add(Markdown);
        checking.SetAction(arguments => CheckConfiguration(arguments, Console.Out));
        root.Add(checking);
        var probing = new Command("healthcheck", "Ask the running server for its health; exit code 0 when it is well.");
        probing.SetAction(
            (arguments, ct) => Healthcheck.RunAsync(ListenAddress(arguments), Console.Out, Console.Error, ct)
        );
        root.Add(probing);
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithVariables((HelpAction)help.Action!);
        // The host answers signals and has its own time limit; the parser's would cut it short after two seconds.
        return root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    /// <summary>Where the options say the server listens, as far as the environment makes sense.</summary>
    private static IPEndPoint ListenAddress(ParseResult arguments)
    {
        var text =
            Options(arguments).GetValueOrDefault(SettingCatalogue.ListenAddress.Name)
            ?? Environment.GetEnvironmentVariable(SettingCatalogue.ListenAddress.Name);
        var configured = SettingParsers.ListenAddress(text ?? "");
        return configured.IsRight ? configured.Value! : new IPEndPoint(IPAddress.Any, 8080);
    }

    private static async Task<int> ServeAsync(
        ParseResult arguments,
        Func<ServerSettings, CancellationToken, Task<int>> serve,
        CancellationToken ct
    )
    {
        var bound = SettingsBinder.Bind(Variables(), Options(arguments));
        // Whatever an operator silenced, he is told why the server does not start.
        var verbosity = bound.Problems.Count == 0 ? bound.Log.Verbosity : Verbosity.Parse(Verbosity.Default);
        await using (
            var services = new ServiceCollection()
                .AddLogging(logging => logging.AddChatalotLogging(verbosity, bound.Log.IsJson))
                .BuildServiceProvider()
        )
            SettingsReport.Log(bound, services.GetRequiredService<ILoggerFactory>().CreateLogger("Chatalot.Host"));
        return bound.Settings is { } settings ? await serve(settings, ct) : BadConfiguration;
    }

    private static int CheckConfiguration(ParseResult arguments, TextWriter output)
    {
        if (arguments.GetValue(Markdown))
        {
            output.Write(SettingsReport.ToMarkdown());
            return 0;
        }
        var bound = SettingsBinder.Bind(Variables(), Options(arguments));
        output.Write(SettingsReport.ToTable(bound));
        foreach (var warning in bound.Warnings)
            output.WriteLine($"WARN {warning}");
        foreach (var problem in bound.Problems)
            output.WriteLine($"ERROR {problem}");
        if (bound.Problems.Count == 0)
            output.WriteLine("The configuration is good.");
        return bound.Problems.Count == 0 ? 0 : BadConfiguration;
    }

    private static Dictionary<string, string> Options(ParseResult arguments)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        if (arguments.GetValue(Data) is { Length: > 0 } data)
            options[SettingCatalogue.DataPath.Name] = data;
        if (arguments.GetValue(Port) is { } port)
        {
            var address = Environment.GetEnvironmentVariable(SettingCatalogue.ListenAddress.Name);
            var configured = SettingParsers.ListenAddress(address ?? "");
            var host = configured.IsRight ? configured.Value!.Address : IPAddress.Any;
            options[SettingCatalogue.ListenAddress.Name] = new IPEndPoint(host, port).ToString();
        }
        return options;
    }

    private static Dictionary<string, string> Variables() =>
        Environment
            .GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .ToDictionary(
                entry => (string)entry.Key,
                entry => Convert.ToString(entry.Value, CultureInfo.InvariantCulture) ?? "",
                StringComparer.Ordinal
            );

    private sealed class HelpWithVariables(HelpAction help) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            var result = help.Invoke(parseResult);
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Environment variables:");
            output.Write(SettingsReport.ToHelp());
            return result;
        }
    }
}
