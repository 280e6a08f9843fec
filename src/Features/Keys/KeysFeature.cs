using System.Text.Json.Serialization;
using Chatalot.Shared.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Features.Keys;

/// <summary>The door of the key material: bundles, prekeys and sender keys. Keys are never logged.</summary>
public static class KeysFeature
{
    /// <summary>
    /// Registers JSON and what tells sockets. After the gateway: whoever lost a membership must have stopped listening
    /// before the others are asked for new keys.
    /// </summary>
    public static IServiceCollection AddKeys(this IServiceCollection services)
    {
        services.AddHostedService<KeyNotices>();
        services.AddHostedService<SenderKeyRotation>();
        return services.ConfigureHttpJsonOptions(json => json.SerializerOptions.AddContext(KeysJson.Default));
    }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(KeyUpload))]
[JsonSerializable(typeof(SignedPrekey))]
[JsonSerializable(typeof(IReadOnlyList<OneTimePrekey>))]
[JsonSerializable(typeof(GetKeyBundle.Query), TypeInfoPropertyName = "GetKeyBundleQuery")]
[JsonSerializable(typeof(GetKeyBundle.Response), TypeInfoPropertyName = "GetKeyBundleResponse")]
[JsonSerializable(typeof(CountPrekeys.Response), TypeInfoPropertyName = "CountPrekeysResponse")]
[JsonSerializable(typeof(UploadSenderKey.Command), TypeInfoPropertyName = "UploadSenderKeyCommand")]
[JsonSerializable(typeof(ListSenderKeys.Query), TypeInfoPropertyName = "ListSenderKeysQuery")]
[JsonSerializable(typeof(SenderKeyResponse))]
[JsonSerializable(typeof(IReadOnlyList<SenderKeyResponse>))]
internal sealed partial class KeysJson : JsonSerializerContext;
