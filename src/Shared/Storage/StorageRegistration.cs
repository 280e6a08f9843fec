using Chatalot.Shared.Storage.S3;
using Chatalot.Shared.Threads;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Shared.Storage;

/// <summary>Registers where bytes are kept.</summary>
public static class StorageRegistration
{
    /// <summary>Drafts on this machine's disk, originals there too or in a bucket.</summary>
    /// <param name="services">Where to register.</param>
    /// <param name="options">Folders.</param>
    /// <param name="bucket">
    /// Where originals are kept; null: on disk. Only then is anything of the store's client loaded.
    /// </param>
    public static IServiceCollection AddStorage(
        this IServiceCollection services,
        StorageOptions options,
        S3Options? bucket
    )
    {
        services.AddSingleton(options);
        services.AddSingleton<LiveTraffic>();
        services.AddSingleton<Drafts>();
        services.AddSingleton<DiskSpace>();
        return bucket is null
            ? services.AddSingleton<IBlobStorage, DiskStorage>()
            : services.AddSingleton(bucket).AddSingleton<IBlobStorage, S3Storage>();
    }
}
