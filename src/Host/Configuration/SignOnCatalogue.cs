using static Chatalot.Host.Configuration.SettingKinds;

namespace Chatalot.Host.Configuration;

/// <summary>Sign-in by an identity provider (OpenID Connect).</summary>
internal static class SignOnCatalogue
{
    internal static readonly Setting<Uri> Issuer = new(
        "OIDC_ISSUER",
        "",
        "an https URL",
        "Issuer of an OpenID Connect provider by which people may sign in; needs OIDC_CLIENT_ID and PUBLIC_URL. Unset: off.",
        SettingParsers.Issuer
    );
    internal static readonly Setting<string> ClientId = Text(
        "OIDC_CLIENT_ID",
        "",
        "the id under which the provider knows this server",
        "Register PUBLIC_URL/api/auth/oidc/callback as redirect URI with it."
    );
    internal static readonly Setting<string> ClientSecret = Text(
        "OIDC_CLIENT_SECRET",
        "",
        "the secret that the provider gave out",
        "Unset: a public client, secured by PKCE alone."
    ) with
    {
        IsSecret = true,
    };
    internal static readonly Setting<string> Name = Text(
        "OIDC_NAME",
        "Single sign-on",
        "a short text",
        "What people read on the button."
    );
    internal static readonly Setting<string> Scopes = Text(
        "OIDC_SCOPES",
        "openid email",
        "scopes separated by blanks, openid among them",
        "What is asked of the provider."
    );

    /// <summary>Every setting of sign-in, in the order in which people should read them.</summary>
    public static IReadOnlyList<Setting> All { get; } = [Issuer, ClientId, ClientSecret, Name, Scopes];
}
