using System.Text.Json.Serialization;
using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Shared.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Features.DirectMessages;

/// <summary>The door of the feature: which two people have a direct channel.</summary>
public static class DirectMessagesFeature
{
    /// <summary>Registers direct messages. Needs channels and users.</summary>
    public static IServiceCollection AddDirectMessages(this IServiceCollection services) =>
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.AddContext(DirectMessagesJson.Default));
}

/// <summary>A direct channel as one of its two people sees it.</summary>
/// <param name="Channel">The channel, without a name.</param>
/// <param name="OtherUser">The other one. What only mates see is left out when no community is shared any more.</param>
public sealed record DmChannelResponse(ChannelResponse Channel, UserPublic OtherUser)
{
    internal static DmChannelResponse From(Channel channel, User other, bool areMates)
    {
        var profile = UserPublic.From(other);
        return new DmChannelResponse(
            ChannelResponse.From(channel) with
            {
                Discoverable = true,
                MessageTtlSeconds = null,
            },
            areMates
                ? profile
                : profile with
                {
                    BannerUrl = null,
                    VoiceBackgroundUrl = null,
                    CustomStatus = null,
                    Bio = null,
                    Pronouns = null,
                }
        );
    }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(DmChannelResponse))]
[JsonSerializable(typeof(IReadOnlyList<DmChannelResponse>))]
[JsonSerializable(typeof(OpenDirectMessages.Command), TypeInfoPropertyName = "OpenDirectMessagesCommand")]
internal sealed partial class DirectMessagesJson : JsonSerializerContext;
