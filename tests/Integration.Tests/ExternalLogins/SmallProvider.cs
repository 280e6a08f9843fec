using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Chatalot.Integration.Tests.ExternalLogins;

/// <summary>
/// An OpenID Connect provider in which everybody is who a test says they are; strict where providers are.
/// </summary>
internal sealed class SmallProvider : IAsyncDisposable
{
    public const string ClientId = "chatalot";
    public const string ClientSecret = "provider-secret";

    private readonly WebApplication app;
    private readonly Dictionary<string, Dictionary<string, string>> codes = [];

    private SmallProvider(WebApplication app) => this.app = app;

    public string Issuer => app.Urls.Single();

    /// <summary>Who signs in at the provider next.</summary>
    public string Subject { get; set; } = "subject-1";

    /// <summary>Signs identity tokens; change it to roll keys.</summary>
    public RsaSecurityKey Key { get; set; } = NewKey("first");

    /// <summary>Spoils claims before they are signed.</summary>
    public Action<Dictionary<string, object>> Spoil { get; set; } = _ => { };

    public static RsaSecurityKey NewKey(string id) => new(RSA.Create(2048)) { KeyId = id };

    public static async Task<SmallProvider> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var provider = new SmallProvider(app);
        app.MapGet("/.well-known/openid-configuration", () => Json(provider.Configuration()));
        app.MapGet("/keys", () => Json(provider.PublicKeys()));
        app.MapPost("/token", provider.ExchangeAsync);
        await app.StartAsync();
        return provider;
    }

    /// <summary>What the browser does: signs in and is sent back with a code.</summary>
    public string Authorize(string authorizationUrl, string codeIs = "code-1")
    {
        var query = QueryHelpers
            .ParseQuery(new Uri(authorizationUrl).Query)
            .ToDictionary(pair => pair.Key, pair => pair.Value.ToString());
        query["response_type"].ShouldBe("code");
        query["client_id"].ShouldBe(ClientId);
        query["code_challenge_method"].ShouldBe("S256");
        query["scope"].Split(' ').ShouldContain("openid");
        codes[codeIs] = query;
        return $"/api/auth/oidc/callback?code={codeIs}&state={query["state"]}";
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private static IResult Json(JsonObject json) => Results.Text(json.ToJsonString(), "application/json");

    private JsonObject Configuration() =>
        new()
        {
            ["issuer"] = Issuer,
            ["authorization_endpoint"] = $"{Issuer}/authorize",
            ["token_endpoint"] = $"{Issuer}/token",
            ["jwks_uri"] = $"{Issuer}/keys",
        };

    private JsonObject PublicKeys()
    {
        var rsa = Key.Rsa.ExportParameters(includePrivateParameters: false);
        return new()
        {
            ["keys"] = new JsonArray(
                new JsonObject
                {
                    ["kty"] = "RSA",
                    ["use"] = "sig",
                    ["alg"] = "RS256",
                    ["kid"] = Key.KeyId,
                    ["n"] = WebEncoders.Base64UrlEncode(rsa.Modulus!),
                    ["e"] = WebEncoders.Base64UrlEncode(rsa.Exponent!),
                }
            ),
        };
    }

    private async Task<IResult> ExchangeAsync(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        var basic = Convert.ToBase64String(Encoding.ASCII.GetBytes($"{ClientId}:{ClientSecret}"));
        if (
            request.Headers.Authorization != $"Basic {basic}"
            || !codes.Remove(form["code"].ToString(), out var asked)
            || form["redirect_uri"] != asked["redirect_uri"]
            || Challenge(form["code_verifier"].ToString()) != asked["code_challenge"]
        )
            return Results.BadRequest();
        var claims = new Dictionary<string, object>
        {
            ["iss"] = Issuer,
            ["aud"] = ClientId,
            ["sub"] = Subject,
            ["email"] = "rosa@provider.example",
            ["nonce"] = asked["nonce"],
            ["iat"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
            ["exp"] = DateTimeOffset.UtcNow.AddYears(30).ToUnixTimeSeconds(),
        };
        Spoil(claims);
        var token = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
            new SecurityTokenDescriptor
            {
                Claims = claims,
                SigningCredentials = new SigningCredentials(Key, SecurityAlgorithms.RsaSha256),
            }
        );
        return Json(new() { ["id_token"] = token, ["token_type"] = "Bearer" });
    }

    private static string Challenge(string verifier) =>
        WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
}
