using Microsoft.Extensions.Logging;

namespace Chatalot.Shared.Logging;

/// <summary>
/// How much each category logs, read from a <c>RUST_LOG</c> value (contract, operations.md 7.1): the longest directive
/// whose target begins one of the category's names wins; what no directive names logs errors.
/// </summary>
public sealed class Verbosity
{
    /// <summary>The monitoring guide's production value.</summary>
    public const string Default = "chatalot_server=info,tower_http=info";

    private readonly Dictionary<string, LogLevel> directives;
    private readonly LogLevel bareLevel;

    private Verbosity(Dictionary<string, LogLevel> directives, LogLevel bareLevel, IReadOnlyList<string> ignored)
    {
        this.directives = directives;
        this.bareLevel = bareLevel;
        IgnoredItems = ignored;
    }

    /// <summary>Items that could not be understood and count for nothing.</summary>
    public IReadOnlyList<string> IgnoredItems { get; }

    /// <summary>Reads a value; unset, empty or without one valid item it is <see cref="Default"/>.</summary>
    public static Verbosity Parse(string? value)
    {
        var directives = new Dictionary<string, LogLevel>(StringComparer.Ordinal);
        var ignored = new List<string>();
        LogLevel? bare = null;
        foreach (
            var item in (value ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        )
        {
            if (Level(item) is { } everything)
                bare = everything;
            else if (Directive(item) is var (target, level))
                directives[target] = level;
            else
                ignored.Add(item);
        }
        if (directives.Count > 0 || bare is not null)
            return new Verbosity(directives, bare ?? LogLevel.Error, ignored);
        var standard = Parse(Default);
        return new Verbosity(standard.directives, standard.bareLevel, ignored);
    }

    /// <summary>The directives as one would write them.</summary>
    public override string ToString() =>
        string.Join(
            ',',
            directives
                .Select(directive => $"{directive.Key}={Word(directive.Value)}")
                .Prepend(bareLevel == LogLevel.Error ? "" : Word(bareLevel))
                .Where(item => item.Length > 0)
        );

    /// <summary>The least level that the logger writes.</summary>
    /// <param name="loggerName">Full name of the logger, for example that of its class.</param>
    public LogLevel LevelOf(string loggerName)
    {
        var category = LogCategory.Of(loggerName);
        string[] names = [.. category.Targets, category.Name, loggerName];
        var best = (Length: -1, Level: bareLevel);
        foreach (var (target, level) in directives)
        {
            if (!Array.Exists(names, name => name.StartsWith(target, StringComparison.Ordinal)))
                continue;
            if (target.Length > best.Length || target.Length == best.Length && level < best.Level)
                best = (target.Length, level);
        }
        return best.Level;
    }

    private static (string Target, LogLevel Level)? Directive(string item)
    {
        var equals = item.IndexOf('=', StringComparison.Ordinal);
        var target = (equals < 0 ? item : item[..equals]).Trim();
        var word = equals < 0 ? "" : item[(equals + 1)..].Trim();
        if (
            target.Length == 0
            || !target.All(character => char.IsAsciiLetterOrDigit(character) || "_-:.".Contains(character))
        )
            return null;
        return word.Length == 0 ? (target, LogLevel.Trace)
            : Level(word) is { } level ? (target, level)
            : null;
    }

    private static string Word(LogLevel level) =>
        level switch
        {
            LogLevel.None => "off",
            LogLevel.Error => "error",
            LogLevel.Warning => "warn",
            LogLevel.Information => "info",
            LogLevel.Debug => "debug",
            _ => "trace",
        };

    private static LogLevel? Level(string word) =>
        word.ToLowerInvariant() switch
        {
            "off" or "0" => LogLevel.None,
            "error" or "1" => LogLevel.Error,
            "warn" or "2" => LogLevel.Warning,
            "info" or "3" => LogLevel.Information,
            "debug" or "4" => LogLevel.Debug,
            "trace" or "5" => LogLevel.Trace,
            _ => null,
        };
}
