namespace Chatalot.Shared.Logging;

/// <summary>
/// The verbosity in force. Loggers remember their level together with <see cref="Version"/>, so that a change reaches
/// all of them and costs a silent log call one comparison.
/// </summary>
public sealed class VerbositySwitch(Verbosity standard)
{
    private volatile Verbosity current = standard;
    private volatile int version;

    /// <summary>What the configuration says.</summary>
    public Verbosity Standard { get; } = standard;

    /// <summary>What holds now.</summary>
    public Verbosity Current => current;

    /// <summary>Grows with every change.</summary>
    public int Version => version;

    /// <summary>Puts another verbosity in force.</summary>
    public void Set(Verbosity verbosity)
    {
        current = verbosity;
        _ = Interlocked.Increment(ref version);
    }

    /// <summary>Back to the configuration.</summary>
    public void Reset() => Set(Standard);
}
