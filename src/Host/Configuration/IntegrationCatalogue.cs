using static Chatalot.Host.Configuration.SettingKinds;

namespace Chatalot.Host.Configuration;

/// <summary>
/// Services of others that the server may use: GIF search, a tracker for feedback, Web Push. All off by default.
/// </summary>
internal static class IntegrationCatalogue
{
    internal static readonly Setting<string> GiphyApiKey = Secret(
        "GIPHY_API_KEY",
        "an API key",
        "Key for GIF search. Unset: off."
    );
    internal static readonly Setting<Uri> GiphyAddress = new(
        "GIPHY_API_URL",
        "https://api.giphy.com",
        "a URL such as https://api.giphy.com",
        "Where GIFs are searched: the provider itself or one that speaks its language.",
        SettingParsers.PublicUrl
    );
    internal static readonly Setting<string> GitHubToken = Secret(
        "GITHUB_API_TOKEN",
        "an API token",
        "Files feedback as issues, together with the two below. Unset: off."
    );
    internal static readonly Setting<string> GitHubOwner = Text(
        "GITHUB_REPO_OWNER",
        "",
        "an account name",
        "Owner of the repository for feedback."
    );
    internal static readonly Setting<string> GitHubRepository = Text(
        "GITHUB_REPO_NAME",
        "",
        "a repository name",
        "Repository for feedback."
    );
    internal static readonly Setting<string> VapidPrivateKey = Secret(
        "VAPID_PRIVATE_KEY",
        "a P-256 private key in base64url",
        "Signs Web Push messages. Unset: no push."
    );
    internal static readonly Setting<string> VapidPublicKey = Text(
        "VAPID_PUBLIC_KEY",
        "",
        "the matching public key in base64url",
        "Handed to browsers for Web Push."
    );

    /// <summary>In the order in which people should read them.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [GiphyApiKey, GiphyAddress, GitHubToken, GitHubOwner, GitHubRepository, VapidPrivateKey, VapidPublicKey];

    private static Setting<string> Secret(string name, string mustHold, string description) =>
        Text(name, "", mustHold, description) with
        {
            IsSecret = true,
        };
}
