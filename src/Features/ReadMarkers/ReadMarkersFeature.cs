using System.Text.Json.Serialization;
using Chatalot.Features.Frames;
using Chatalot.Features.Gateway;
using Chatalot.Shared.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Features.ReadMarkers;

/// <summary>The door of the feature: how far people have read, and what is unread.</summary>
public static class ReadMarkersFeature
{
    /// <summary>Registers read markers.</summary>
    public static IServiceCollection AddReadMarkers(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.AddContext(ReadMarkersJson.Default));
        services.AddSingleton<ReadReceipts>();
        services.AddFrameHandler<MarkReadFrame, MarkRead>();
        return services.AddFrameHandler<MarkAllReadFrame, MarkAllRead>();
    }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(IReadOnlyList<GetUnread.UnreadResponse>))]
[JsonSerializable(typeof(GetReadCursors.Query))]
[JsonSerializable(typeof(IReadOnlyList<GetReadCursors.CursorResponse>))]
internal sealed partial class ReadMarkersJson : JsonSerializerContext;
