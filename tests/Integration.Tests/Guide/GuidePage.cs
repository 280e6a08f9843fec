using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Chatalot.Integration.Tests.Guide;

/// <summary>
/// docs/operations/monitoring.md and its neighbours, taken apart: text and server cannot drift apart when tests read
/// the text.
/// </summary>
internal static partial class GuidePage
{
    private const string EveryNight = "15 2 * * * ";

    /// <summary>Root of the checkout.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Blocks of a language, in the order of the page.</summary>
    public static IReadOnlyList<string> Blocks(string language, string page = "monitoring") =>
        [
            .. Block()
                .Matches(File.ReadAllText(Path.Combine(Root, $"docs/operations/{page}.md")))
                .Where(block => block.Groups["language"].Value == language)
                .Select(block => block.Groups["body"].Value),
        ];

    /// <summary>Shell commands one by one: a line with those that continue it.</summary>
    public static IReadOnlyList<string> ShellLines => ShellLinesOf("monitoring");

    /// <summary>The nightly cron line of the page about backups, without its five fields.</summary>
    public static string NightlyCommand =>
        Blocks("cron", "backup").Single().Trim() is var line && line.StartsWith(EveryNight, StringComparison.Ordinal)
            ? line[EveryNight.Length..]
            : throw new InvalidOperationException($"{line} is not one of every night");

    /// <summary>Shell commands of a page, one by one.</summary>
    public static IReadOnlyList<string> ShellLinesOf(string page) =>
        [
            .. Blocks("bash", page)
                .Where(block => !block.StartsWith("#!", StringComparison.Ordinal))
                .SelectMany(block => Command().Matches(block).Select(command => command.Value.Trim()))
                .Where(line => line.Length > 0 && !line.StartsWith('#')),
        ];

    /// <summary>The command of the page's cron line, without its five fields.</summary>
    public static string CronCommand =>
        Blocks("cron").First(block => block.Contains("curl", StringComparison.Ordinal)).Trim()["*/5 * * * * ".Length..];

    /// <summary>The page's alert script.</summary>
    public static string AlertScript =>
        Blocks("bash").Single(block => block.StartsWith("#!", StringComparison.Ordinal));

    private static string FindRoot([CallerFilePath] string here = "")
    {
        foreach (var start in new[] { AppContext.BaseDirectory, Path.GetDirectoryName(here)! })
        {
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "Chatalot.sln")))
                    return folder.FullName;
            }
        }
        throw new InvalidOperationException("The tests must run inside the checkout.");
    }

    [GeneratedRegex(@"^```(?<language>\w+)\n(?<body>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    // A command goes on after a backslash and inside double quotes.
    [GeneratedRegex("""(?:"(?:[^"\\]|\\.)*"|'[^']*'|\\\n|[^\n"'])+""")]
    private static partial Regex Command();
}
