using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Shared.Storage;

/// <summary>Registers where bytes are kept.</summary>
public static class StorageRegistration
{
    /// <summary>Originals and drafts on this machine's disk.</summary>
    public static IServiceCollection AddDiskStorage(this IServiceCollection services, StorageOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<Drafts>();
        services.AddSingleton<DiskSpace>();
        return services.AddSingleton<IBlobStorage, DiskStorage>();
    }
}
