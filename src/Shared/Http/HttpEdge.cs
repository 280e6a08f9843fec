using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Chatalot.Shared.Http;

/// <summary>Settings of everything that stands between the socket and an endpoint.</summary>
public sealed record HttpEdgeSettings
{
    /// <summary>Whose forwarded headers are believed.</summary>
    public TrustedProxies TrustedProxies { get; init; } = TrustedProxies.Default;

    /// <summary>Origins that may call from a browser.</summary>
    public CorsSettings Cors { get; init; } = new();

    /// <summary>Browsers may list the host as one that is only ever reached by HTTPS.</summary>
    public bool HstsPreload { get; init; } = true;

    /// <summary>Sizes of the token buckets.</summary>
    public RateLimitSettings RateLimits { get; init; } = new();

    /// <summary>Largest bodies.</summary>
    public BodyLimitSettings BodyLimits { get; init; } = new();

    /// <summary>How long an endpoint may take, transfers and sockets apart. Zero: no limit.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>One word for each concern of the HTTP edge; the Host puts them in order.</summary>
public static class HttpEdge
{
    /// <summary>Registers what the middlewares below need. Before the addresses to listen on are set.</summary>
    public static IServiceCollection AddHttpEdge(this IServiceCollection services, HttpEdgeSettings settings)
    {
        // Bytes that are not UTF-8, in a device's name for example, must not cost the request: Latin-1 reads all of
        // them.
        services.Configure<KestrelServerOptions>(kestrel =>
            kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1
        );
        // Bodies of those who are let through are limited by BodyLimits. Who is refused before may still be sending:
        // the web server then reads on for five seconds, unless the body is above its own limit. A connection that is
        // closed in the middle hides from the client why (RFC 9112, section 9.6), and that it need only refresh its
        // token.
        services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        services.Configure<KestrelServerOptions>(RefusedRequests.Prepare);
        services.AddHostedService<RefusedRequests>();
        services.AddSingleton(settings);
        services.AddSingleton(settings.TrustedProxies);
        services.AddSingleton(settings.Cors);
        services.AddSingleton(settings.RateLimits);
        services.AddSingleton(settings.BodyLimits);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<RateLimits>();
        services.AddSingleton<RequestCount>();
        services.AddResponseCompression(options =>
        {
            options.EnableForHttps = true;
            options.Providers.Add<GzipCompressionProvider>();
        });
        services.Configure<GzipCompressionProviderOptions>(options => options.Level = CompressionLevel.Fastest);
        services.AddSingleton<IResponseCompressionProvider, Compression>();
        services.AddSingleton(new TimeLimitSettings(settings.RequestTimeout));
        return services;
    }

    /// <summary>Gives each request its id. First of all: everything else may mention it.</summary>
    public static IApplicationBuilder UseRequestIds(this IApplicationBuilder app) => app.UseMiddleware<RequestId>();

    /// <summary>Sets <c>Connection.RemoteIpAddress</c> and the scheme to the client's, behind trusted proxies.</summary>
    public static IApplicationBuilder UseClientAddress(this IApplicationBuilder app) =>
        app.UseMiddleware<ClientAddress>();

    /// <summary>Security headers and cache rules on every answer.</summary>
    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app) =>
        app.UseMiddleware<SecurityHeaders>();

    /// <summary>Counts and times requests. Outside of all that answers.</summary>
    public static IApplicationBuilder UseRequestMetrics(this IApplicationBuilder app) =>
        app.UseMiddleware<RequestMetrics>();

    /// <summary>Puts the route on the log lines of the request. After routing.</summary>
    public static IApplicationBuilder UseRouteFact(this IApplicationBuilder app) => app.UseMiddleware<RouteFact>();

    /// <summary>Puts the caller on the log lines of the request. After authentication.</summary>
    public static IApplicationBuilder UseCallerFact(this IApplicationBuilder app) => app.UseMiddleware<CallerFact>();

    /// <summary>Logs each request at DEBUG.</summary>
    public static IApplicationBuilder UseRequestLog(this IApplicationBuilder app) => app.UseMiddleware<RequestLog>();

    /// <summary>Answers preflights and marks answers that other origins may read.</summary>
    public static IApplicationBuilder UseCorsOrigins(this IApplicationBuilder app) => app.UseMiddleware<Cors>();

    /// <summary>Turns exceptions and bare error statuses into the error body.</summary>
    public static IApplicationBuilder UseErrorEdge(this IApplicationBuilder app) => app.UseMiddleware<ErrorEdge>();

    /// <summary>Rate limits of the client's address. After routing.</summary>
    public static IApplicationBuilder UseAddressRateLimit(this IApplicationBuilder app) =>
        app.UseMiddleware<AddressRateLimit>();

    /// <summary>Refuses at once what cannot be done while the database is lost. After routing.</summary>
    public static IApplicationBuilder UseDatabaseGate(this IApplicationBuilder app) =>
        app.UseMiddleware<DatabaseGate>();

    /// <summary>Rate limits of the signed-in user. After authentication.</summary>
    public static IApplicationBuilder UseCallerRateLimit(this IApplicationBuilder app) =>
        app.UseMiddleware<CallerRateLimit>();

    /// <summary>Body limits. After authorization.</summary>
    public static IApplicationBuilder UseBodyLimits(this IApplicationBuilder app) => app.UseMiddleware<BodyLimits>();

    /// <summary>Cuts endpoints that take too long (504); sockets, uploads and downloads may last.</summary>
    public static IApplicationBuilder UseTimeLimits(this IApplicationBuilder app) => app.UseMiddleware<TimeLimit>();
}
