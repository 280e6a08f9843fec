using System.Text.Json;
using static Chatalot.Host.Configuration.CallCatalogue;

namespace Chatalot.Host.Configuration;

/// <summary>What helps calls through.</summary>
/// <param name="IceServers">STUN and TURN servers, or null.</param>
/// <param name="Turn">Relay that makes credentials for each user, or null.</param>
/// <param name="Sfu">Forwards the media of larger calls, or null.</param>
public sealed record CallSettings(JsonElement? IceServers, TurnSettings? Turn, SfuSettings? Sfu)
{
    /// <summary>Which are on; all of them hold secrets.</summary>
    public override string ToString() => $"ice={IceServers is not null} turn={Turn is not null} sfu={Sfu is not null}";

    internal static CallSettings Read(SettingsReader read) =>
        new(read.Read(CallCatalogue.IceServers), ReadTurn(read), ReadSfu(read));

    private static TurnSettings? ReadTurn(SettingsReader read)
    {
        var (urls, secret) = (read.Read(TurnUrls), read.Read(TurnSecret));
        var lifetime = TimeSpan.FromSeconds(read.Read(TurnLifetime));
        if (urls is not null && secret is not null)
            return new TurnSettings(urls, secret, lifetime);
        if (urls is not null || secret is not null)
            read.Warn("TURN relay disabled: set both TURN_URLS and TURN_SECRET, or none");
        return null;
    }

    private static SfuSettings? ReadSfu(SettingsReader read)
    {
        var (url, publicUrl) = (read.Read(SfuUrl), read.Read(SfuPublicUrl));
        string?[] secrets = [read.Read(SfuApiSecret), read.Read(SfuTokenSecret), read.Read(SfuAdminKey)];
        var from = read.Read(SfuFromParticipants);
        if (url is not null && publicUrl is not null && secrets is [{ } api, { } token, { } admin])
            return new SfuSettings(url, publicUrl, api, token, admin, from);
        if (url is not null || publicUrl is not null || secrets.Any(secret => secret is not null))
            read.Warn(
                "SFU disabled: set all of SFU_URL, SFU_PUBLIC_URL, SFU_API_SECRET, SFU_TOKEN_SECRET and SFU_ADMIN_KEY, or none"
            );
        return null;
    }
}

/// <summary>A relay for calls.</summary>
/// <param name="Urls">Its addresses.</param>
/// <param name="Secret">Shared with it.</param>
/// <param name="Lifetime">Of a user's credentials.</param>
public sealed record TurnSettings(IReadOnlyList<string> Urls, string Secret, TimeSpan Lifetime)
{
    /// <summary>Without the secret.</summary>
    public override string ToString() => string.Join(',', Urls);
}

/// <summary>A Janus server.</summary>
/// <param name="Url">Where this server reaches it.</param>
/// <param name="PublicUrl">Where clients reach it.</param>
/// <param name="ApiSecret">What this server shows.</param>
/// <param name="TokenSecret">What tokens of clients are signed with.</param>
/// <param name="AdminKey">What rooms are made with.</param>
/// <param name="FromParticipants">From how many people on a call is offered it.</param>
public sealed record SfuSettings(
    Uri Url,
    Uri PublicUrl,
    string ApiSecret,
    string TokenSecret,
    string AdminKey,
    int FromParticipants
)
{
    /// <summary>Without the secrets.</summary>
    public override string ToString() => Url.ToString();
}
