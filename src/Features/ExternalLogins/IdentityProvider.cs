using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Chatalot.Features.ExternalLogins;

/// <summary>Who somebody is at the provider.</summary>
/// <param name="Issuer">The provider.</param>
/// <param name="Subject">Their id there, which never changes.</param>
/// <param name="Email">To recognise it in a list; never compared with accounts here.</param>
internal sealed record ExternalIdentity(string Issuer, string Subject, string? Email);

/// <summary>
/// Speaks OpenID Connect with the configured provider: authorization code with PKCE (RFC 7636), discovery, and identity
/// tokens that are checked for signature, issuer, audience, time and nonce.
/// </summary>
internal sealed partial class IdentityProvider : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ClockLeeway = TimeSpan.FromSeconds(60);
    private const int LargestAnswer = 1024 * 1024;

    private static readonly string[] Algorithms =
    [
        "RS256",
        "RS384",
        "RS512",
        "PS256",
        "PS384",
        "PS512",
        "ES256",
        "ES384",
        "ES512",
    ];

    private readonly ExternalLoginOptions options;
    private readonly TimeProvider clock;
    private readonly ILogger<IdentityProvider> logger;
    private readonly HttpClient http;
    private readonly ConfigurationManager<OpenIdConnectConfiguration> discovery;

    public IdentityProvider(ExternalLoginOptions options, TimeProvider clock, ILogger<IdentityProvider> logger)
    {
        this.options = options;
        this.clock = clock;
        this.logger = logger;
        http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false })
        {
            Timeout = Patience,
            MaxResponseContentBufferSize = LargestAnswer,
        };
        discovery = new(
            $"{options.Issuer.ToString().TrimEnd('/')}/.well-known/openid-configuration",
            new OpenIdConnectConfigurationRetriever(),
            new HttpDocumentRetriever(http) { RequireHttps = !options.Issuer.IsLoopback }
        );
    }

    /// <summary>Where to send the browser.</summary>
    /// <exception cref="IdentityProviderException">The provider does not answer as one.</exception>
    public async Task<string> AuthorizationUrlAsync(ExternalFlow flow, CancellationToken ct)
    {
        var provider = await DiscoverAsync(ct);
        return QueryHelpers.AddQueryString(
            provider.AuthorizationEndpoint,
            new Dictionary<string, string?>
            {
                ["response_type"] = "code",
                ["client_id"] = options.ClientId,
                ["redirect_uri"] = options.RedirectUri,
                ["scope"] = options.Scopes,
                ["state"] = flow.State,
                ["nonce"] = flow.Nonce,
                ["code_challenge"] = WebEncoders.Base64UrlEncode(
                    SHA256.HashData(Encoding.ASCII.GetBytes(flow.CodeVerifier))
                ),
                ["code_challenge_method"] = "S256",
            }
        );
    }

    /// <summary>Exchanges the code that the browser brought back.</summary>
    /// <exception cref="IdentityProviderException">The provider refuses, or what it says does not hold.</exception>
    public async Task<ExternalIdentity> IdentifyAsync(
        string code,
        string codeVerifier,
        string nonce,
        CancellationToken ct
    )
    {
        var provider = await DiscoverAsync(ct);
        var token = await ExchangeAsync(provider, code, codeVerifier, ct);
        var result = await ValidateAsync(provider, token);
        if (result.Exception is SecurityTokenSignatureKeyNotFoundException)
        {
            // The provider has changed its keys since they were read.
            discovery.RequestRefresh();
            result = await ValidateAsync(await DiscoverAsync(ct), token);
        }
        if (!result.IsValid)
            throw Fault("its token is not valid", result.Exception);
        var identity = (JsonWebToken)result.SecurityToken;
        if (
            !identity.TryGetPayloadValue<string>("nonce", out var echoed)
            || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(echoed), Encoding.UTF8.GetBytes(nonce))
        )
            throw Fault("its token belongs to another login");
        if (string.IsNullOrEmpty(identity.Subject) || identity.Subject.Length > 255)
            throw Fault("its token names nobody");
        _ = identity.TryGetPayloadValue<string>("email", out var email);
        return new(identity.Issuer, identity.Subject, email is { Length: <= 254 } ? email : null);
    }

    public void Dispose() => http.Dispose();

    private async Task<OpenIdConnectConfiguration> DiscoverAsync(CancellationToken ct)
    {
        try
        {
            var provider = await discovery.GetConfigurationAsync(ct);
            return provider.Issuer.TrimEnd('/') == options.Issuer.ToString().TrimEnd('/')
                ? provider
                : throw Fault("its configuration names another issuer");
        }
        catch (Exception failure) when (failure is InvalidOperationException or IOException or HttpRequestException)
        {
            throw Fault("its configuration cannot be read", failure);
        }
    }

    private async Task<string> ExchangeAsync(
        OpenIdConnectConfiguration provider,
        string code,
        string codeVerifier,
        CancellationToken ct
    )
    {
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["redirect_uri"] = options.RedirectUri,
            ["client_id"] = options.ClientId,
            ["code_verifier"] = codeVerifier,
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, provider.TokenEndpoint);
        if (options.ClientSecret is { } secret)
        {
            if (IsBasicUnderstood(provider))
                request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Credentials(secret));
            else
                form["client_secret"] = secret;
        }
        request.Content = new FormUrlEncodedContent(form);
        try
        {
            using var answer = await http.SendAsync(request, ct);
            if (!answer.IsSuccessStatusCode)
                throw Fault($"it refuses the code with status {(int)answer.StatusCode}");
            using var json = await answer.Content.ReadFromJsonAsync(ExternalLoginsJson.Default.JsonDocument, ct);
            return
                json?.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("id_token", out var token)
                && token.ValueKind == JsonValueKind.String
                ? token.GetString()!
                : throw Fault("it sends no identity token");
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException or TaskCanceledException)
        {
            throw Fault("its answer cannot be read", failure);
        }
    }

    /// <summary>The default of OpenID Connect Discovery when the provider does not say.</summary>
    private static bool IsBasicUnderstood(OpenIdConnectConfiguration provider) =>
        provider.TokenEndpointAuthMethodsSupported.Count == 0
        || provider.TokenEndpointAuthMethodsSupported.Contains("client_secret_basic");

    /// <summary>Both halves are form-encoded first (RFC 6749, 2.3.1).</summary>
    private string Credentials(string secret) =>
        Convert.ToBase64String(
            Encoding.ASCII.GetBytes($"{Uri.EscapeDataString(options.ClientId)}:{Uri.EscapeDataString(secret)}")
        );

    private Task<TokenValidationResult> ValidateAsync(OpenIdConnectConfiguration provider, string token) =>
        new JsonWebTokenHandler().ValidateTokenAsync(
            token,
            new TokenValidationParameters
            {
                ValidIssuer = provider.Issuer,
                ValidAudience = options.ClientId,
                IssuerSigningKeys = provider.SigningKeys,
                ValidAlgorithms = Algorithms,
                RequireSignedTokens = true,
                RequireExpirationTime = true,
                LifetimeValidator = (from, until, _, _) => IsNow(from, until),
            }
        );

    private bool IsNow(DateTime? from, DateTime? until)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return until > now - ClockLeeway && (from is null || from < now + ClockLeeway);
    }

    private IdentityProviderException Fault(string reason, Exception? cause = null)
    {
        LogFault(logger, reason, cause?.GetType().Name);
        return new IdentityProviderException(reason, cause);
    }

    [LoggerMessage(
        EventName = "IdentityProviderFault",
        Level = LogLevel.Warning,
        Message = "Sign-in by the identity provider failed: {Reason} ({Cause})"
    )]
    private static partial void LogFault(ILogger logger, string reason, string? cause);
}

/// <summary>The identity provider does not answer as it should.</summary>
internal sealed class IdentityProviderException(string message, Exception? cause) : Exception(message, cause);
