namespace Chatalot.Host.Configuration;

/// <summary>Where the value of a setting came from.</summary>
/// <param name="Text">The text, or null when nothing is set and there is no default.</param>
/// <param name="Source">Variable, file or command line option; <c>default</c> otherwise.</param>
public sealed record EffectiveValue(string? Text, string Source)
{
    /// <summary>True unless nobody set it.</summary>
    public bool IsExplicit => Source != "default";
}

/// <summary>
/// Reads settings one by one and goes on after a wrong one, so that all problems are told in one go. Empty counts as
/// unset.
/// </summary>
/// <param name="variables">The process environment, or what a test puts in its place.</param>
/// <param name="options">Values of command line options by setting name; they win over variables.</param>
internal sealed class SettingsReader(
    IReadOnlyDictionary<string, string> variables,
    IReadOnlyDictionary<string, string> options
)
{
    private readonly List<string> problems = [];
    private readonly List<string> warnings = [];
    private readonly Dictionary<string, EffectiveValue> effective = new(StringComparer.Ordinal);

    /// <summary>
    /// One line for each wrong value: the variable, what it holds (unless secret), what it must hold.
    /// </summary>
    public IReadOnlyList<string> Problems => problems;

    /// <summary>One line for each value that was replaced or is worth a thought.</summary>
    public IReadOnlyList<string> Warnings => warnings;

    /// <summary>What was read, by setting name.</summary>
    public IReadOnlyDictionary<string, EffectiveValue> Effective => effective;

    /// <summary>
    /// The value, its default, or null when there is neither or it is wrong (then a problem is noted).
    /// </summary>
    public T? Read<T>(Setting<T> setting)
    {
        var found = Find(setting);
        effective[setting.Name] = found;
        if (found.Text is null)
            return default;
        if (setting.IsSecret && IsExample(found.Text) && setting != (Setting)SettingCatalogue.TotpEncryptionKey)
        {
            Problem(setting, "an example value", "a value of your own");
            return default;
        }
        var reading = setting.Read(found.Text);
        if (!reading.IsRight)
            Problem(setting, found.Text, why: reading.Why);
        if (reading.Warning is { } warning)
            warnings.Add(warning);
        return reading.Value;
    }

    /// <summary>True when somebody set it.</summary>
    public bool IsExplicit(Setting setting) => Find(setting).IsExplicit;

    /// <summary>True when it is set, to nothing: the one way to say "no default either".</summary>
    public bool IsEmptied(Setting setting) =>
        !Find(setting).IsExplicit && variables.TryGetValue(setting.Name, out var text) && text.Length == 0;

    /// <summary>Notes a problem that only shows when settings are seen together, or on disk.</summary>
    public void Problem(Setting setting, string holds, string? mustHold = null, string? why = null) =>
        problems.Add(
            $"{setting.Name} holds {(setting.IsSecret ? "a value that is not shown" : $"'{holds}'")}"
                + (why is null ? "" : $" ({why})")
                + $"; it must hold {mustHold ?? setting.MustHold}"
        );

    /// <summary>Notes that a value is needed because of what other settings hold.</summary>
    public void Missing(Setting setting) => problems.Add($"{setting.Name} is not set; it must hold {setting.MustHold}");

    /// <summary>Notes something that does not stop the start.</summary>
    public void Warn(string warning) => warnings.Add(warning);

    /// <summary>The values that documentation and example files show.</summary>
    public static bool IsExample(string text) =>
        text.Contains("change_me", StringComparison.OrdinalIgnoreCase)
        || text.Contains("changeme", StringComparison.OrdinalIgnoreCase);

    private EffectiveValue Find(Setting setting)
    {
        if (effective.TryGetValue(setting.Name, out var known))
            return known;
        if (options.TryGetValue(setting.Name, out var option))
            return new EffectiveValue(option, "command line");
        var direct = Variable(setting.Name);
        var file = setting.IsSecret ? Variable(setting.FileVariable) : null;
        if (direct is not null && file is not null)
            problems.Add($"{setting.Name} and {setting.FileVariable} are both set; set one of them");
        if (direct is not null)
            return new EffectiveValue(direct, "environment");
        if (file is not null)
            return new EffectiveValue(Content(setting, file), file);
        return new EffectiveValue(setting.Default.Length > 0 ? setting.Default : null, "default");
    }

    private string? Variable(string name) =>
        variables.TryGetValue(name, out var text) && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;

    private string? Content(Setting setting, string path)
    {
        try
        {
            var text = File.ReadAllText(path).Trim();
            if (text.Length > 0)
                return text;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Told below like an empty file: either way there is no secret to be had.
        }
        problems.Add(
            $"{setting.FileVariable} holds '{path}'; it must hold the path of a readable file with {setting.MustHold}"
        );
        return null;
    }
}
