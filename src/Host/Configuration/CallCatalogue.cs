using System.Text.Json;
using static Chatalot.Host.Configuration.SettingKinds;

namespace Chatalot.Host.Configuration;

/// <summary>
/// What helps calls through: STUN, a relay (TURN) and a selective forwarding unit (SFU) for larger ones.
/// </summary>
internal static class CallCatalogue
{
    internal static readonly Setting<JsonElement?> IceServers = new Setting<JsonElement?>(
        "ICE_SERVERS",
        "",
        "a JSON list of {\"urls\", \"username\", \"credential\"}",
        "STUN and TURN servers that clients use for calls.",
        SettingParsers.IceServers
    )
    {
        IsSecret = true,
    };
    internal static readonly Setting<IReadOnlyList<string>> TurnUrls = new(
        "TURN_URLS",
        "",
        "turn: and turns: addresses separated by commas, such as turn:chat.example.com:3478",
        "Relay for calls, together with TURN_SECRET: signed-in users get credentials of their own. Unset: off.",
        SettingParsers.TurnUrls
    );
    internal static readonly Setting<string> TurnSecret = Text(
        "TURN_SECRET",
        "",
        "the static-auth-secret of the relay",
        "What the relay checks the credentials with. Unset: off."
    ) with
    {
        IsSecret = true,
    };
    internal static readonly Setting<int> TurnLifetime = Integer(
        "TURN_LIFETIME_SECONDS",
        43_200,
        60,
        604_800,
        "How long a user's credentials for the relay are good for."
    );
    internal static readonly Setting<Uri> SfuUrl = new(
        "SFU_URL",
        "",
        "a ws: or wss: URL such as ws://127.0.0.1:8188",
        "WebSocket API of a Janus server for larger calls; needs the other four as well. Unset: off.",
        SettingParsers.SocketAddress
    );
    internal static readonly Setting<Uri> SfuPublicUrl = new(
        "SFU_PUBLIC_URL",
        "",
        "a ws: or wss: URL such as wss://chat.example.com/sfu",
        "Where clients reach the same API.",
        SettingParsers.SocketAddress
    );
    internal static readonly Setting<string> SfuApiSecret = Text(
        "SFU_API_SECRET",
        "",
        "the api_secret of Janus",
        "What this server shows to Janus."
    ) with
    {
        IsSecret = true,
    };
    internal static readonly Setting<string> SfuTokenSecret = Text(
        "SFU_TOKEN_SECRET",
        "",
        "the token_auth_secret of Janus",
        "What tokens of clients are signed with."
    ) with
    {
        IsSecret = true,
    };
    internal static readonly Setting<string> SfuAdminKey = Text(
        "SFU_ADMIN_KEY",
        "",
        "the admin_key of the VideoRoom plugin",
        "What rooms are made with."
    ) with
    {
        IsSecret = true,
    };
    internal static readonly Setting<int> SfuFromParticipants = Integer(
        "SFU_FROM_PARTICIPANTS",
        6,
        1,
        25,
        "A call of so many people is offered the SFU; clients that cannot use it go on connecting directly."
    );

    /// <summary>Every setting of calls, in the order in which people should read them.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        IceServers,
        TurnUrls,
        TurnSecret,
        TurnLifetime,
        SfuUrl,
        SfuPublicUrl,
        SfuApiSecret,
        SfuTokenSecret,
        SfuAdminKey,
        SfuFromParticipants,
    ];
}
