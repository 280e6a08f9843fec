using System.CommandLine;
using Chatalot.Host.Configuration;

namespace Chatalot.Host.Commands;

/// <summary><c>check-config</c>: what the configuration comes to, or all that is wrong with it.</summary>
internal static class CheckConfigCommand
{
    private static readonly Option<bool> Markdown = new("--markdown")
    {
        Description = "Print the table of docs/operations/configuration.md instead.",
    };

    public static Command Create()
    {
        var command = new Command(
            "check-config",
            "Tell what the configuration comes to, or all that is wrong with it."
        );
        command.Add(Markdown);
        command.SetAction(arguments => Run(arguments, Console.Out));
        return command;
    }

    private static int Run(ParseResult arguments, TextWriter output)
    {
        if (arguments.GetValue(Markdown))
        {
            output.Write(SettingsReport.ToMarkdown());
            return 0;
        }
        var bound = CommandOptions.Bind(arguments);
        output.Write(SettingsReport.ToTable(bound));
        foreach (var warning in bound.Warnings)
            output.WriteLine($"WARN {warning}");
        var problems = bound.Settings is { } settings
            ? StorageFolder.Problems(settings, create: false)
            : bound.Problems;
        foreach (var problem in problems)
            output.WriteLine($"ERROR {problem}");
        if (problems.Count == 0)
            output.WriteLine("The configuration is good.");
        return problems.Count == 0 ? 0 : CommandLine.BadConfiguration;
    }
}
