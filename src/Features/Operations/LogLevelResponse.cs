using Chatalot.Shared.Logging;

namespace Chatalot.Features.Operations;

/// <summary>The verbosity.</summary>
/// <param name="Directive">What holds now.</param>
/// <param name="Until">When it ends; null: it is that of the configuration.</param>
/// <param name="Configured">What the configuration says.</param>
public sealed record LogLevelResponse(string Directive, DateTimeOffset? Until, string Configured)
{
    internal static LogLevelResponse Of(LogLevelOverride level, LogPipeline log)
    {
        var configured = log.Verbosity.Standard.ToString();
        return level.Current is { Until: not null } current
            ? new LogLevelResponse(current.Directive, current.Until, configured)
            : new LogLevelResponse(configured, null, configured);
    }
}
