using System.Text.Json;
using System.Text.Json.Serialization;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Features.ExternalLogins;

/// <summary>
/// The door of external logins: people sign in by an identity provider that they have linked with their account.
/// </summary>
public static class ExternalLoginsFeature
{
    /// <summary>Registers the slices' services; without options every route says that it is not configured.</summary>
    public static IServiceCollection AddExternalLogins(this IServiceCollection services, ExternalLoginOptions? options)
    {
        if (options is not null)
        {
            services.AddSingleton(options);
            services.AddSingleton<IdentityProvider>();
        }
        services.AddSingleton<ExternalFlows>();
        services.AddSingleton(provider => new ExternalLoginStart(
            provider.GetService<IdentityProvider>(),
            provider.GetRequiredService<ExternalFlows>()
        ));
        return services.ConfigureHttpJsonOptions(json => json.SerializerOptions.AddContext(ExternalLoginsJson.Default));
    }
}

/// <summary>Begins a way through the provider and back.</summary>
internal sealed class ExternalLoginStart(IdentityProvider? provider, ExternalFlows flows)
{
    private static readonly Failure NotConfigured = Failure.NotFound("single sign-on is not configured on this server");
    private static readonly Failure Unreachable = new(
        503,
        "identity_provider_unavailable",
        "the identity provider does not answer"
    )
    {
        RetryAfterSeconds = 10,
    };

    /// <summary>Answer to whoever begins.</summary>
    /// <param name="AuthorizationUrl">Where to send the browser.</param>
    /// <param name="Flow">Names this sign-in; comes back as <c>sign_in</c> in the address of the web client.</param>
    /// <param name="Handoff">Keep it: with it, and only with it, this sign-in is ended.</param>
    public sealed record Response(string AuthorizationUrl, string Flow, string Handoff);

    /// <exception cref="FailureException">Not configured, or the provider does not answer.</exception>
    public async Task<Response> BeginAsync(Guid? userId, CancellationToken ct)
    {
        if (provider is null)
            throw NotConfigured.AsException();
        var flow = ExternalFlow.New();
        try
        {
            var url = await provider.AuthorizationUrlAsync(flow, ct);
            await flows.AddAsync(flow, userId, ct);
            return new(url, flow.State, flow.Handoff);
        }
        catch (IdentityProviderException)
        {
            throw Unreachable.AsException();
        }
    }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(ExternalLoginStart.Response), TypeInfoPropertyName = "ExternalLoginStartResponse")]
[JsonSerializable(typeof(StartLink.Command), TypeInfoPropertyName = "LinkStartCommand")]
[JsonSerializable(typeof(ExternalCallback.Command), TypeInfoPropertyName = "ExternalCallbackCommand")]
[JsonSerializable(typeof(CompleteExternalLogin.Command), TypeInfoPropertyName = "CompleteExternalLoginCommand")]
[JsonSerializable(typeof(LinkIdentity.Command), TypeInfoPropertyName = "LinkIdentityCommand")]
[JsonSerializable(typeof(UnlinkIdentity.Command), TypeInfoPropertyName = "UnlinkIdentityCommand")]
[JsonSerializable(typeof(LinkedIdentityResponse))]
[JsonSerializable(typeof(IReadOnlyList<LinkedIdentityResponse>))]
[JsonSerializable(typeof(JsonDocument))]
internal sealed partial class ExternalLoginsJson : JsonSerializerContext;
