using Chatalot.Shared.Logging;

namespace Chatalot.Host.Configuration;

/// <summary>What came out of reading the configuration.</summary>
/// <param name="Settings">Null when there is a problem.</param>
/// <param name="Log">Valid even then, so that the problems can be logged.</param>
/// <param name="Problems">What stops the start, one line each.</param>
/// <param name="Warnings">What does not, one line each.</param>
/// <param name="Effective">What each setting holds and why, by name.</param>
public sealed record BoundSettings(
    ServerSettings? Settings,
    LogOptions Log,
    IReadOnlyList<string> Problems,
    IReadOnlyList<string> Warnings,
    IReadOnlyDictionary<string, EffectiveValue> Effective
);
