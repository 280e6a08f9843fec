using System.CommandLine;
using Chatalot.Bench.Commands;
using Spectre.Console;

var root = new RootCommand("Load generator for Chatalot: speed, floors, crash safety.");
root.Subcommands.Add(FanoutCommand.Create());
root.Subcommands.Add(IdleCommand.Create());
root.Subcommands.Add(HistoryCommand.Create());
root.Subcommands.Add(LoginCommand.Create());
root.Subcommands.Add(CallsCommand.Create());
root.Subcommands.Add(BanCommand.Create());
root.Subcommands.Add(FilesCommand.Create());
root.Subcommands.Add(OperateCommand.Create());
root.Subcommands.Add(FloorCommand.Create());
root.Subcommands.Add(SeedCommand.Create());
root.Subcommands.Add(SuiteCommand.Create());
root.Subcommands.Add(CrashCommand.Create());
root.Subcommands.Add(FloorServerCommand.Create());

if (Console.IsOutputRedirected)
{
    AnsiConsole.Profile.Width = 140;
    AnsiConsole.Profile.Capabilities.Ansi = false;
    AnsiConsole.Profile.Capabilities.ColorSystem = ColorSystem.NoColors;
}

try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (OperationCanceledException)
{
    return 130;
}
catch (Exception e) when (e is not (NullReferenceException or InvalidCastException or IndexOutOfRangeException))
{
    // What goes wrong here is the server or the command line, so the sentence matters and the stack does not.
    await Console.Error.WriteLineAsync(
        $"chatalot-bench: {(e is AggregateException ? e.GetBaseException() : e).Message}"
    );
    return 1;
}
