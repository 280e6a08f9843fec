using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Chatalot.Shared.Documents;

/// <summary>Opens sessions on the data source.</summary>
internal sealed class DocumentStore(NpgsqlDataSource dataSource, DocumentCatalog catalog) : IDocumentStore
{
    public IDocumentSession LightweightSession() => new DocumentSession(dataSource, catalog);

    public IQuerySession QuerySession() => new QuerySession(dataSource, catalog);
}

/// <summary>Registers the document store.</summary>
public static class DocumentServices
{
    /// <summary>
    /// Registers <see cref="IDocumentStore"/> and <see cref="DocumentSchema"/> (singletons) and
    /// <see cref="IDocumentSession"/> and <see cref="IQuerySession"/> (one for the scope, so that a request holds one
    /// connection). Needs an <see cref="NpgsqlDataSource"/>. Resolving any of them checks every declaration.
    /// </summary>
    public static IServiceCollection AddMarten(this IServiceCollection services, Action<StoreOptions>? configure = null)
    {
        services.AddSingleton(provider => new DocumentCatalog(
            provider.GetRequiredService<IOptions<StoreOptions>>().Value
        ));
        services.AddSingleton(provider => new DocumentSchema(provider.GetRequiredService<DocumentCatalog>()));
        services.AddSingleton<IDocumentStore, DocumentStore>();
        services.AddScoped(provider => provider.GetRequiredService<IDocumentStore>().LightweightSession());
        services.AddScoped<IQuerySession>(provider => provider.GetRequiredService<IDocumentSession>());
        return configure is null ? services : services.ConfigureMarten(configure);
    }

    /// <summary>
    /// Adds a feature's documents: its registry and its JSON context. Order and number of calls do not matter.
    /// </summary>
    public static IServiceCollection ConfigureMarten(
        this IServiceCollection services,
        Action<StoreOptions> configure
    ) => services.Configure(configure);
}
