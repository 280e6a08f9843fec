using System.Text.Json.Serialization;
using Chatalot.Features.Messages;
using Chatalot.Shared.Json;
using Chatalot.Shared.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Chatalot.Features.Files;

/// <summary>The door of the files: uploads, downloads, thumbnails, and what operators do with them.</summary>
public static class FilesFeature
{
    /// <summary>Registers it. Needs accounts, channels, messages and a storage.</summary>
    public static IServiceCollection AddFiles(this IServiceCollection services, FilesOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<BlockedContents>();
        services.AddSingleton<UploadQuota>();
        services.AddSingleton<UploadWindow>();
        services.AddSingleton<UploadDoor>();
        services.AddSingleton<FileIntake>();
        services.AddSingleton<ResumableUploads>();
        services.AddSingleton<FileGate>();
        services.AddSingleton<ThumbnailFolder>();
        services.AddSingleton<ThumbnailProgram>();
        services.AddSingleton<Thumbnails>();
        services.AddSingleton(provider => new FileContents(
            provider.GetRequiredService<NpgsqlDataSource>(),
            provider.GetRequiredService<IBlobStorage>(),
            provider.GetRequiredService<ThumbnailFolder>(),
            provider.GetRequiredService<ILogger<FileContents>>()
        ));
        services.AddScoped<FileQuarantine>();
        services.AddScoped<FileRemoval>();
        services.AddSingleton<IBlobKeeper, FileKeeper>();
        services.AddHostedService<CleanUpAfterCrashes>();
        services.AddHostedService<DroppedContents>();
        services.AddSingleton<FileBinding>();
        services.AddSingleton<IMessageObserver>(provider => provider.GetRequiredService<FileBinding>());
        services.AddHostedService(provider => provider.GetRequiredService<FileBinding>());
        return services.ConfigureHttpJsonOptions(json => json.SerializerOptions.AddContext(FilesJson.Default));
    }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(UploadFile.Response), TypeInfoPropertyName = "UploadFileResponse")]
[JsonSerializable(typeof(GetResumableUpload.Query), TypeInfoPropertyName = "GetResumableUploadQuery")]
[JsonSerializable(typeof(ContinueResumableUpload.Command), TypeInfoPropertyName = "ContinueResumableUploadCommand")]
[JsonSerializable(typeof(EndResumableUpload.Command), TypeInfoPropertyName = "EndResumableUploadCommand")]
[JsonSerializable(typeof(DownloadFile.Query), TypeInfoPropertyName = "DownloadFileQuery")]
[JsonSerializable(typeof(GetFileMeta.Query), TypeInfoPropertyName = "GetFileMetaQuery")]
[JsonSerializable(typeof(GetFileMeta.Response), TypeInfoPropertyName = "GetFileMetaResponse")]
[JsonSerializable(typeof(GetThumbnail.Query), TypeInfoPropertyName = "GetThumbnailQuery")]
[JsonSerializable(typeof(DeleteFile.Command), TypeInfoPropertyName = "DeleteFileCommand")]
[JsonSerializable(typeof(ListOwnFiles.Query), TypeInfoPropertyName = "ListOwnFilesQuery")]
[JsonSerializable(typeof(ListOwnFiles.Response), TypeInfoPropertyName = "ListOwnFilesResponse")]
[JsonSerializable(typeof(ListAllFiles.Query), TypeInfoPropertyName = "ListAllFilesQuery")]
[JsonSerializable(typeof(ListAllFiles.Response), TypeInfoPropertyName = "ListAllFilesResponse")]
[JsonSerializable(typeof(DeleteAnyFile.Command), TypeInfoPropertyName = "DeleteAnyFileCommand")]
[JsonSerializable(typeof(QuarantineFile.Command), TypeInfoPropertyName = "QuarantineFileCommand")]
[JsonSerializable(typeof(UnquarantineFile.Command), TypeInfoPropertyName = "UnquarantineFileCommand")]
[JsonSerializable(typeof(GetStorageStats.Query), TypeInfoPropertyName = "GetStorageStatsQuery")]
[JsonSerializable(typeof(GetStorageStats.Response), TypeInfoPropertyName = "GetStorageStatsResponse")]
[JsonSerializable(typeof(BlockHash.Command), TypeInfoPropertyName = "BlockHashCommand")]
[JsonSerializable(typeof(UnblockHash.Command), TypeInfoPropertyName = "UnblockHashCommand")]
[JsonSerializable(typeof(BlockedHashResponse))]
[JsonSerializable(typeof(ListBlockedHashes.Query), TypeInfoPropertyName = "ListBlockedHashesQuery")]
[JsonSerializable(typeof(IReadOnlyList<BlockedHashResponse>))]
internal sealed partial class FilesJson : JsonSerializerContext;
