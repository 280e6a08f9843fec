using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Chatalot.Shared.Metrics;

/// <summary>The door of the metrics.</summary>
public static class MetricsRegistration
{
    /// <summary>Collects measurements from now on and serves them.</summary>
    public static IServiceCollection AddMetricsReading(this IServiceCollection services, MetricsOptions options)
    {
        services.AddMetrics();
        services.AddSingleton(options);
        services.AddSingleton(provider => new MetricsRegistry(provider.GetRequiredService<IMeterFactory>()));
        services.AddSingleton<ProcessGauges>();
        services.AddSingleton<MetricsServer>();
        // First of the hosted services: counts must not miss the start of the others.
        services.Insert(
            0,
            ServiceDescriptor.Singleton<IHostedService>(provider => provider.GetRequiredService<MetricsServer>())
        );
        return services;
    }

    /// <summary>
    /// GET /metrics on the public port, for those who know the token; without one there is no such route.
    /// </summary>
    public static void MapMetrics(this IEndpointRouteBuilder routes)
    {
        var options = routes.ServiceProvider.GetRequiredService<MetricsOptions>();
        routes.ServiceProvider.GetRequiredService<ProcessGauges>();
        if (options.Token is null)
            return;
        routes
            .MapMethods(
                "/metrics",
                [HttpMethods.Get, HttpMethods.Head],
                context => context.RequestServices.GetRequiredService<MetricsServer>().AnswerAsync(context)
            )
            .ExcludeFromDescription()
            .AllowAnonymous();
    }
}
