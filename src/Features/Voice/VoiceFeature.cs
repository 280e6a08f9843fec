using System.Text.Json.Serialization;
using Chatalot.Features.Frames;
using Chatalot.Features.Gateway;
using Chatalot.Features.Voice.Sfu;
using Chatalot.Shared.Json;
using Chatalot.Shared.Scheduling;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Chatalot.Features.Voice;

/// <summary>The door of the feature: calls, their signalling and their history.</summary>
public static class VoiceFeature
{
    /// <summary>
    /// Registers calls. After the gateway: whoever lost a membership must have stopped listening before the others hear
    /// that they left the call.
    /// </summary>
    public static IServiceCollection AddVoice(this IServiceCollection services, VoiceOptions options, SfuOptions? sfu)
    {
        services.AddSingleton(options);
        services.AddSingleton<CallStore>();
        services.AddSingleton<CallLog>();
        // Stopped in the opposite order: first everybody leaves, then rooms are destroyed and that is written down.
        services.AddHostedService(provider => provider.GetRequiredService<CallLog>());
        services.AddSingleton<CallSignal>();
        if (sfu is not null)
        {
            services.AddSingleton(sfu);
            services.AddSingleton<SfuStatus>();
            services.AddHostedService<SfuRooms>();
        }
        services.AddHostedService<CallMembership>();
        services.AddHostedService<PastCalls>();
        services.AddSocketObserver<Calls>();
        services.AddSingleton<VoiceQualityPace>();
        services.AddTransient(provider => new EndOrphanedCalls(
            provider.GetRequiredService<CallStore>(),
            provider.GetRequiredService<VoiceOptions>(),
            provider.GetRequiredService<JobReport>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<EndOrphanedCalls>>()
        ));
        services.AddFrameHandler<JoinVoiceFrame, JoinVoice>();
        services.AddFrameHandler<LeaveVoiceFrame, LeaveVoice>();
        services.AddFrameHandler<KickFromVoiceFrame, KickFromVoice>();
        services.AddFrameHandler<RtcOfferFrame, RelaySignals>();
        services.AddFrameHandler<RtcAnswerFrame, RelaySignals>();
        services.AddFrameHandler<RtcIceCandidateFrame, RelaySignals>();
        return services.ConfigureHttpJsonOptions(json => json.SerializerOptions.AddContext(VoiceJson.Default));
    }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(ListCalls.Query), TypeInfoPropertyName = "ListCallsQuery")]
[JsonSerializable(typeof(IReadOnlyList<ListCalls.CallResponse>))]
[JsonSerializable(typeof(ReportVoiceQuality.Command), TypeInfoPropertyName = "ReportVoiceQualityCommand")]
internal sealed partial class VoiceJson : JsonSerializerContext;
