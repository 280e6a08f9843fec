using Chatalot.Host.Pages;
using Chatalot.Shared.Http;
using Chatalot.Shared.Realtime;

namespace Chatalot.Host;

/// <summary>What a request passes on its way to an endpoint, outermost first (contract, operations.md 5.1).</summary>
public static class Pipeline
{
    /// <summary>Adds every middleware in order; endpoints are mapped after it.</summary>
    public static WebApplication UseChatalotPipeline(this WebApplication app)
    {
        app.UseSendfile();
        app.UseRequestIds();
        app.UseClientAddress();
        app.UseSecurityHeaders();
        app.UseRequestMetrics();
        app.UseRequestLog();
        app.UseCorsOrigins();
        app.UseResponseCompression();
        app.UseErrorEdge();
        app.UseMiddleware<WebClient>();
        app.UseNotedUpgrades();
        app.UseRealtimeSockets();
        app.UseRouting();
        app.UseRouteFact();
        app.UseAddressRateLimit();
        app.UseDatabaseGate();
        app.UseTimeLimits();
        app.UseAuthentication();
        app.UseCallerFact();
        app.UseCallerRateLimit();
        app.UseAuthorization();
        app.UseBodyLimits();
        return app;
    }
}
