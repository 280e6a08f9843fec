using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Chatalot.Shared.Http;

/// <summary>The <c>Cache-Control</c> of an answer (contract, operations.md 5.3, 5.8 and 8.8).</summary>
internal static class CacheRules
{
    private static readonly StringValues Immutable = "public, max-age=31536000, immutable";
    private static readonly StringValues NoStore = "no-store";
    private static readonly StringValues NoCache = "no-cache";

    /// <param name="path">Path of the request.</param>
    /// <param name="status">Status of the answer: only files that exist may be kept for a year.</param>
    /// <param name="own">What the endpoint set; API endpoints decide for themselves.</param>
    public static StringValues Decide(PathString path, int status, StringValues own)
    {
        if (path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase))
            return StringValues.IsNullOrEmpty(own) ? NoStore : own;
        if (path.StartsWithSegments("/_app/immutable", StringComparison.Ordinal) && status is 200 or 206 or 304)
            return Immutable;
        // Also when it is sent from a precompressed file beside it.
        return path.Value?.StartsWith("/sw.js", StringComparison.Ordinal) == true ? NoStore : NoCache;
    }
}
