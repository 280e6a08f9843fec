using System.Text.Json.Serialization;
using Chatalot.Shared.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Features.ScheduledMessages;

/// <summary>The door of the feature: messages that are written now and posted later.</summary>
public static class ScheduledMessagesFeature
{
    /// <summary>Registers scheduled messages; the host schedules <see cref="DeliverScheduledMessages"/>.</summary>
    public static IServiceCollection AddScheduledMessages(this IServiceCollection services) =>
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.AddContext(ScheduledMessagesJson.Default));
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(ScheduledMessageResponse))]
[JsonSerializable(typeof(IReadOnlyList<ScheduledMessageResponse>))]
[JsonSerializable(typeof(ScheduleMessage.Command), TypeInfoPropertyName = "ScheduleMessageCommand")]
[JsonSerializable(typeof(ListScheduledMessages.Query), TypeInfoPropertyName = "ListScheduledMessagesQuery")]
[JsonSerializable(typeof(CancelScheduledMessage.Command), TypeInfoPropertyName = "CancelScheduledMessageCommand")]
internal sealed partial class ScheduledMessagesJson : JsonSerializerContext;
