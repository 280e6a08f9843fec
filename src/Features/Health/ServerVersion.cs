using System.Reflection;

namespace Chatalot.Features.Health;

/// <summary>The version of the build, from its one version property.</summary>
public static class ServerVersion
{
    /// <summary>For example <c>0.17.0</c>.</summary>
    public static string Current { get; } =
        typeof(ServerVersion)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion.Split('+')[0]
        ?? "0.0.0";
}

/// <summary>How long this process has been serving. Made at start.</summary>
public sealed class ServerUptime(TimeProvider clock)
{
    private readonly long startedAt = clock.GetTimestamp();

    /// <summary>Never decreases, whatever happens to the wall clock.</summary>
    public TimeSpan Elapsed => clock.GetElapsedTime(startedAt);
}
