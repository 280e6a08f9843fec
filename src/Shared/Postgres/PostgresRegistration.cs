using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Chatalot.Shared.Postgres;

/// <summary>Puts the database into the service collection.</summary>
public static class PostgresRegistration
{
    /// <summary>
    /// Adds the pool (<c>NpgsqlDataSource</c>), that of <see cref="DatabaseSource.Lookups"/>, <see
    /// cref="DatabaseAvailability"/> and <see cref="DatabaseSignals"/>, the last two running while the host runs.
    /// </summary>
    public static IServiceCollection AddPostgres(this IServiceCollection services, DatabaseOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(provider =>
            DatabaseSource.CreatePool(options, provider.GetRequiredService<ILoggerFactory>())
        );
        services.AddKeyedSingleton(
            DatabaseSource.Lookups,
            (provider, _) => DatabaseSource.CreateLookups(options, provider.GetRequiredService<ILoggerFactory>())
        );
        services.AddSingleton<SchemaReadiness>();
        services.AddSingleton<DatabaseAvailability>();
        services.AddHostedService(provider => provider.GetRequiredService<DatabaseAvailability>());
        services.AddSingleton<DatabaseSignals>();
        services.AddHostedService(provider => provider.GetRequiredService<DatabaseSignals>());
        return services;
    }
}
