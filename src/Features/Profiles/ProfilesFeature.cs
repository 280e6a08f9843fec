using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Chatalot.Shared.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Features.Profiles;

/// <summary>The door of what people keep about themselves: profile, pictures and preferences.</summary>
public static class ProfilesFeature
{
    /// <summary>Registers the slices' services and JSON.</summary>
    public static IServiceCollection AddProfiles(this IServiceCollection services)
    {
        services.AddSingleton<ProfileChanges>();
        services.AddSingleton<ProfilePictures>();
        return services.ConfigureHttpJsonOptions(json => json.SerializerOptions.AddContext(ProfilesJson.Default));
    }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(ProfileEdit))]
[JsonSerializable(typeof(PreferencesResponse))]
[JsonSerializable(typeof(UploadOwnVoiceBackground.Response), TypeInfoPropertyName = "UploadOwnVoiceBackgroundResponse")]
[JsonSerializable(typeof(GetAvatar.Query), TypeInfoPropertyName = "GetAvatarQuery")]
[JsonSerializable(typeof(SavePreferences.Command), TypeInfoPropertyName = "SavePreferencesCommand")]
internal sealed partial class ProfilesJson : JsonSerializerContext;

/// <summary>How preferences are stored.</summary>
internal static class StoredPreferences
{
    public static JsonTypeInfo<Dictionary<string, JsonElement>> Json { get; } =
        (JsonTypeInfo<Dictionary<string, JsonElement>>)
            JsonDefaults.CreateOptions(ProfilesJson.Default).GetTypeInfo(typeof(Dictionary<string, JsonElement>));
}
