using System.Text.Json.Serialization;
using Chatalot.Features.Frames;
using Chatalot.Features.Gateway;
using Chatalot.Shared.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Features.Messages;

/// <summary>Posting, storing and reading messages.</summary>
public static class MessagesFeature
{
    /// <summary>Registers the message log and its ways in and out.</summary>
    public static IServiceCollection AddMessages(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.AddContext(MessagesJson.Default));
        services.AddSingleton<MessageStore>();
        services.AddSingleton<MessageWriter>();
        services.AddSingleton<MessageTargets>();
        services.AddSingleton<SlowMode>();
        services.AddSingleton<DirectChannels>();
        services.AddSingleton<DirectFanOut>();
        services.AddSingleton<WriteRules>();
        services.AddSingleton<MessageRemoval>();
        services.AddSingleton<MessageFanOut>();
        services.AddSingleton<MessageLog>();
        // Stopped in reverse: the log commits what waits, then the fan-out tells it.
        services.AddHostedService(provider => provider.GetRequiredService<MessageFanOut>());
        services.AddHostedService(provider => provider.GetRequiredService<MessageLog>());
        services.AddFrameHandler<SendMessageFrame, SendMessage>();
        services.AddFrameHandler<EditMessageFrame, EditMessage>();
        services.AddFrameHandler<DeleteMessageFrame, DeleteMessage>();
        services.AddSocketObserver<MutedSenders>();
        services.AddSocketObserver<CatchUp>();
        return services;
    }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(GetHistory.Query), TypeInfoPropertyName = "GetHistoryQuery")]
[JsonSerializable(typeof(GetEdits.Query), TypeInfoPropertyName = "GetEditsQuery")]
[JsonSerializable(typeof(IReadOnlyList<GetEdits.Edit>), TypeInfoPropertyName = "EditList")]
[JsonSerializable(typeof(IReadOnlyList<ReactionResponse>), TypeInfoPropertyName = "ReactionList")]
[JsonSerializable(typeof(GetThread.Query), TypeInfoPropertyName = "GetThreadQuery")]
[JsonSerializable(typeof(IReadOnlyList<MessageResponse>))]
internal sealed partial class MessagesJson : JsonSerializerContext;
