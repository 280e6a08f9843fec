using System.Globalization;
using System.Text;
using Chatalot.Features.Operations;

namespace Chatalot.Host.Configuration;

/// <summary>Tells what the configuration came to. Secrets are never shown, only that they are set.</summary>
internal static partial class SettingsReport
{
    private const string Masked = "(set, not shown)";
    private const string Unset = "(unset)";

    /// <summary>
    /// Warnings, and then either the problems or what is in force: what was set at INFO, all at DEBUG.
    /// </summary>
    public static void Log(BoundSettings bound, ILogger log)
    {
        foreach (var warning in bound.Warnings)
            LogWarning(log, warning);
        LogProblems(bound.Problems, log);
        if (bound.Problems.Count > 0)
            return;
        foreach (var setting in Shown(bound.Effective))
        {
            var level = bound.Effective[setting.Name].IsExplicit ? LogLevel.Information : LogLevel.Debug;
            LogSetting(log, level, setting.Name, setting.Value ?? Unset, setting.Source);
        }
    }

    /// <summary>
    /// What was read, in the order of the documentation, as everybody who operates the server may see it.
    /// </summary>
    public static IReadOnlyList<ConfiguredSetting> Shown(IReadOnlyDictionary<string, EffectiveValue> effective)
    {
        var shown = new List<ConfiguredSetting>(effective.Count);
        foreach (var setting in SettingCatalogue.All)
        {
            if (effective.TryGetValue(setting.Name, out var value))
                shown.Add(new(setting.Name, Mask(setting, value.Text), value.Source));
        }
        return shown;
    }

    /// <summary>What stops the start, one ERROR line each.</summary>
    public static void LogProblems(IEnumerable<string> problems, ILogger log)
    {
        foreach (var problem in problems)
            LogProblem(log, problem);
    }

    /// <summary>A table for people: what each setting holds and where that comes from.</summary>
    public static string ToTable(BoundSettings bound)
    {
        var width = SettingCatalogue.All.Max(setting => setting.Name.Length);
        var table = new StringBuilder();
        foreach (var setting in Shown(bound.Effective))
            table.AppendLine(
                CultureInfo.InvariantCulture,
                $"{setting.Name.PadRight(width)}  {setting.Value ?? Unset}  ({setting.Source})"
            );
        return table.ToString();
    }

    /// <summary>The variables as <c>--help</c> lists them.</summary>
    public static string ToHelp()
    {
        var help = new StringBuilder();
        foreach (var setting in SettingCatalogue.All)
        {
            help.AppendLine(CultureInfo.InvariantCulture, $"  {setting.Name}{(setting.IsSecret ? " (or _FILE)" : "")}");
            help.AppendLine(
                CultureInfo.InvariantCulture,
                $"      {setting.Description}{(setting.Default.Length > 0 ? $" [{setting.Default}]" : "")}"
            );
        }
        return help.ToString();
    }

    /// <summary>The variables as the documentation lists them.</summary>
    public static string ToMarkdown()
    {
        var table = new StringBuilder("| Variable | Default | Holds | Meaning |\n| --- | --- | --- | --- |\n");
        foreach (var setting in SettingCatalogue.All)
            table.Append(
                CultureInfo.InvariantCulture,
                $"| `{setting.Name}`{(setting.IsSecret ? " (secret)" : "")} | {Code(setting.Default)} | {setting.MustHold} | {setting.Description} |\n"
            );
        return table.ToString();
    }

    private static string? Mask(Setting setting, string? text) => setting.IsSecret && text is not null ? Masked : text;

    private static string Code(string text) => text.Length > 0 ? $"`{text}`" : "";

    [LoggerMessage(EventId = 1, EventName = "SettingWarning", Level = LogLevel.Warning, Message = "{Warning}")]
    private static partial void LogWarning(ILogger log, string warning);

    [LoggerMessage(EventId = 2, EventName = "SettingWrong", Level = LogLevel.Error, Message = "{Problem}")]
    private static partial void LogProblem(ILogger log, string problem);

    [LoggerMessage(EventId = 3, EventName = "Setting", Message = "Setting {Name}={Value} ({Source})")]
    private static partial void LogSetting(ILogger log, LogLevel level, string name, string value, string source);
}
