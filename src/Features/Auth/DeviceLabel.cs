namespace Chatalot.Features.Auth;

/// <summary>
/// A name for a device that its owner recognises in a list of sessions (contract, auth-account.md 1.5).
/// </summary>
public static class DeviceLabel
{
    private const int LongestUserAgent = 512;
    private const int LongestUnknown = 50;

    /// <summary>The label of a <c>User-Agent</c>; null when there is none that can be shown.</summary>
    public static string? Of(string? userAgent)
    {
        if (
            string.IsNullOrEmpty(userAgent)
            || userAgent.Length > LongestUserAgent
            || userAgent.Any(c => c is < ' ' or > '~')
        )
            return null;
        if (Has(userAgent, "Tauri") || Has(userAgent, "tauri"))
            return "Chatalot Desktop";
        return (Browser(userAgent), System(userAgent)) switch
        {
            ({ } browser, { } system) => $"{browser} on {system}",
            ({ } browser, null) => browser,
            (null, { } system) => system,
            _ => userAgent[..Math.Min(userAgent.Length, LongestUnknown)],
        };
    }

    private static string? Browser(string agent) =>
        Has(agent, "Edg/") ? "Edge"
        : Has(agent, "Chrome/") && !Has(agent, "Chromium/") ? "Chrome"
        : Has(agent, "Firefox/") ? "Firefox"
        : Has(agent, "Safari/") && !Has(agent, "Chrome/") ? "Safari"
        : Has(agent, "Chromium/") ? "Chromium"
        : null;

    private static string? System(string agent) =>
        Has(agent, "Android") ? "Android"
        : Has(agent, "iPhone") || Has(agent, "iPad") ? "iOS"
        : Has(agent, "Linux") ? "Linux"
        : Has(agent, "Mac OS") || Has(agent, "Macintosh") ? "macOS"
        : Has(agent, "Windows") ? "Windows"
        : null;

    private static bool Has(string agent, string word) => agent.Contains(word, StringComparison.Ordinal);
}
