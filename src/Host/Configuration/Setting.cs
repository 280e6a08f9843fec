using System.Globalization;

namespace Chatalot.Host.Configuration;

/// <summary>
/// One environment variable that the server reads: what help, documentation and error messages say about it.
/// </summary>
/// <param name="Name">Name of the variable.</param>
/// <param name="Default">What holds when it is unset, as one would write it; empty: nothing.</param>
/// <param name="MustHold">What it must hold, to be read after "it must hold".</param>
/// <param name="Description">One line.</param>
public abstract record Setting(string Name, string Default, string MustHold, string Description)
{
    /// <summary>Never printed; may also come from the file that <c>NAME_FILE</c> names.</summary>
    public bool IsSecret { get; init; }

    /// <summary>Name of the variable that names a file with the value.</summary>
    public string FileVariable => $"{Name}_FILE";
}

/// <summary>A setting with its type.</summary>
/// <typeparam name="T">What the text means.</typeparam>
public sealed record Setting<T>(
    string Name,
    string Default,
    string MustHold,
    string Description,
    Func<string, Reading<T>> Read
) : Setting(Name, Default, MustHold, Description);

/// <summary>What a text was read as.</summary>
/// <typeparam name="T">Type of the value.</typeparam>
/// <param name="IsRight">False: the text is refused and the start is stopped.</param>
/// <param name="Value">The value, when right.</param>
/// <param name="Warning">The text was wrong, but the contract names a fallback: one line for the log.</param>
/// <param name="Why">What is wrong with a refused text, when that can be told without showing it.</param>
public readonly record struct Reading<T>(bool IsRight, T? Value, string? Warning = null, string? Why = null)
{
    /// <summary>The text means this.</summary>
    public static implicit operator Reading<T>(T value) => new(true, value);
}

/// <summary>Outcomes of reading a text that is not simply right.</summary>
internal static class Reading
{
    /// <summary>The text is refused.</summary>
    public static Reading<T> Wrong<T>(string? why = null) => new(false, default, null, why);

    /// <summary>The text is wrong, but the contract names what holds instead.</summary>
    public static Reading<T> Instead<T>(T? fallback, string warning) => new(true, fallback, warning);
}

/// <summary>The kinds of values that settings have.</summary>
internal static class SettingKinds
{
    public static Setting<string> Text(string name, string byDefault, string mustHold, string description) =>
        new(name, byDefault, mustHold, description, text => text);

    public static Setting<int> Integer(string name, int byDefault, int least, int most, string description) =>
        new(
            name,
            Invariant(byDefault),
            $"a whole number from {Invariant(least)} to {Invariant(most)}",
            description,
            text => TryInteger(text, out var value) && value >= least && value <= most ? value : Reading.Wrong<int>()
        );

    /// <summary>A number whose bad values the contract replaces instead of stopping the start.</summary>
    public static Setting<int> LenientInteger(string name, int byDefault, int least, int most, string description) =>
        new(
            name,
            Invariant(byDefault),
            $"a whole number from {Invariant(least)} to {Invariant(most)}",
            description,
            text =>
            {
                var value = TryInteger(text, out var number) ? Math.Clamp(number, least, most) : byDefault;
                return Invariant(value) == text
                    ? value
                    : Reading.Instead(value, $"Invalid {name} '{text}', falling back to '{Invariant(value)}'");
            }
        );

    /// <summary>A rate or amount where 0 means: no limit.</summary>
    public static Setting<double> Number(string name, double byDefault, double most, string description) =>
        new(
            name,
            Invariant(byDefault),
            $"a number from 0 (no limit) to {Invariant(most)}",
            description,
            text =>
                double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
                && value <= most
                    ? value
                    : Reading.Wrong<double>()
        );

    /// <summary>One of a few words; a bad one stops the start.</summary>
    public static Setting<string> Choice(string name, string byDefault, string[] words, string description) =>
        new(
            name,
            byDefault,
            $"one of: {string.Join(", ", words)}",
            description,
            text => words.Contains(text) ? text : Reading.Wrong<string>()
        );

    /// <summary>One of a few words; a bad one falls back to the default, with the reference's warning.</summary>
    public static Setting<string> LenientChoice(string name, string byDefault, string[] words, string description) =>
        new(
            name,
            byDefault,
            $"one of: {string.Join(", ", words)}",
            description,
            text =>
                words.Contains(text)
                    ? text
                    : Reading.Instead(byDefault, $"Invalid {name} '{text}', falling back to '{byDefault}'")
        );

    private static bool TryInteger(string text, out int value) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    private static string Invariant(double value) => value.ToString(CultureInfo.InvariantCulture);
}
