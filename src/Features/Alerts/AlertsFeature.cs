using Chatalot.Shared.Scheduling;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Features.Alerts;

/// <summary>Alerts that need no monitoring system beside the server.</summary>
public static class AlertsFeature
{
    /// <summary>Registers what watches and what tells.</summary>
    public static IServiceCollection AddAlerts(this IServiceCollection services, AlertOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<AlertWebhook>();
        services.AddHostedService(provider => provider.GetRequiredService<AlertWebhook>());
        services.AddHostedService<DatabaseAlerts>();
        services.AddHostedService<DiskAlerts>();
        return services.AddSingleton<IJobObserver, JobAlerts>();
    }
}
