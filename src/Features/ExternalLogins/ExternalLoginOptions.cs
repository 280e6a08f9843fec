namespace Chatalot.Features.ExternalLogins;

/// <summary>
/// An identity provider (OpenID Connect) whose people may sign in here, once they have linked their account.
/// </summary>
public sealed record ExternalLoginOptions
{
    /// <summary>The provider's issuer; its <c>/.well-known/openid-configuration</c> tells the rest.</summary>
    public required Uri Issuer { get; init; }

    /// <summary>What the provider calls this server.</summary>
    public required string ClientId { get; init; }

    /// <summary>Proves that to the provider. Null: a public client, with PKCE alone.</summary>
    public string? ClientSecret { get; init; }

    /// <summary>What people read on the button.</summary>
    public required string Name { get; init; }

    /// <summary>Separated by blanks; <c>openid</c> is among them.</summary>
    public required string Scopes { get; init; }

    /// <summary>Where people reach this server, without a slash at the end.</summary>
    public required string PublicUrl { get; init; }

    /// <summary>Registered at the provider.</summary>
    public string RedirectUri => $"{PublicUrl}/api/auth/oidc/callback";
}
