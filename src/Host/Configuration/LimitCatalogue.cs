using Chatalot.Shared.Http;
using Chatalot.Shared.Realtime;
using static Chatalot.Host.Configuration.SettingKinds;

namespace Chatalot.Host.Configuration;

/// <summary>
/// The limits that an operator may move, for a load test or a large office; the defaults are the contract's.
/// </summary>
internal static class LimitCatalogue
{
    private const int Million = 1_000_000;
    private static readonly RateLimitSettings Rates = new();
    private static readonly RealtimeOptions Sockets = new();

    internal static readonly Setting<double> RatePerSecond = PerSecond(
        "RATE_LIMIT",
        Rates.General,
        "API calls without a token, each address",
        ifLifted: "no limit, and none for other API calls that have none of their own, logins apart"
    );
    internal static readonly Setting<int> RateBurst = Burst("RATE_LIMIT", Rates.General);
    internal static readonly Setting<double> AuthRatePerSecond = PerSecond(
        "AUTH_RATE_LIMIT",
        Rates.Auth,
        "Register, login and recover, each address"
    );
    internal static readonly Setting<int> AuthRateBurst = Burst("AUTH_RATE_LIMIT", Rates.Auth);
    internal static readonly Setting<double> SessionRatePerSecond = PerSecond(
        "SESSION_RATE_LIMIT",
        Rates.Session,
        "Token refresh and client configuration, each address"
    );
    internal static readonly Setting<int> SessionRateBurst = Burst("SESSION_RATE_LIMIT", Rates.Session);
    internal static readonly Setting<double> UserRatePerSecond = PerSecond(
        "USER_RATE_LIMIT",
        Rates.User,
        "API calls with a valid token, each user"
    );
    internal static readonly Setting<int> UserRateBurst = Burst("USER_RATE_LIMIT", Rates.User);
    internal static readonly Setting<double> FileRatePerSecond = PerSecond(
        "FILE_RATE_LIMIT",
        Rates.FileReads,
        "Reads of files and pictures, each user or address"
    );
    internal static readonly Setting<int> FileRateBurst = Burst("FILE_RATE_LIMIT", Rates.FileReads);
    internal static readonly Setting<double> SearchRatePerSecond = PerSecond(
        "SEARCH_RATE_LIMIT",
        Rates.Searches,
        "Searches of messages, each user"
    );
    internal static readonly Setting<int> SearchRateBurst = Burst("SEARCH_RATE_LIMIT", Rates.Searches);
    internal static readonly Setting<double> SignedInRatePerSecond = PerSecond(
        "SIGNED_IN_RATE_LIMIT",
        Rates.SignedInAddress,
        "API calls with a token, each address"
    );
    internal static readonly Setting<int> SignedInRateBurst = Burst("SIGNED_IN_RATE_LIMIT", Rates.SignedInAddress);
    internal static readonly Setting<int> RequestTimeout = Integer(
        "REQUEST_TIMEOUT_SECONDS",
        30,
        0,
        3600,
        "Longest API call, transfers of files apart; 0: no limit."
    );

    internal static readonly Setting<double> SocketRatePerSecond = Number(
        "SOCKET_RATE_PER_SECOND",
        Sockets.FramesPerSecond,
        Million,
        "Frames a second that one socket may send; 0: no limit."
    );
    internal static readonly Setting<int> SocketRateBurst = Integer(
        "SOCKET_RATE_BURST",
        Sockets.FrameBurst,
        0,
        Million,
        "Frames that one socket may send at once; 0: no limit."
    );
    internal static readonly Setting<double> SignalRatePerSecond = Number(
        "SOCKET_SIGNAL_RATE_PER_SECOND",
        Sockets.SignalsPerSecond,
        Million,
        "Signals of calls a second that one socket may send beside its frames; 0: no limit."
    );
    internal static readonly Setting<int> SignalRateBurst = Integer(
        "SOCKET_SIGNAL_RATE_BURST",
        Sockets.SignalBurst,
        0,
        Million,
        "Signals of calls that one socket may send at once; 0: no limit."
    );
    internal static readonly Setting<int> SocketsPerUser = Integer(
        "SOCKETS_PER_USER",
        Sockets.SocketsPerUser,
        0,
        Million,
        "Sockets that one user may have open; 0: no limit."
    );
    internal static readonly Setting<int> SocketQueueFrames = Integer(
        "SOCKET_QUEUE_FRAMES",
        Sockets.QueueFrames,
        16,
        Million,
        "Frames that may wait for a slow socket before it is told to reconnect."
    );
    internal static readonly Setting<int> SocketQueueBytes = Integer(
        "SOCKET_QUEUE_BYTES",
        Sockets.QueueBytes,
        65_536,
        1_073_741_824,
        "Bytes that may wait for a slow socket before it is told to reconnect."
    );

    public static IReadOnlyList<Setting> All { get; } =
    [
        RatePerSecond,
        RateBurst,
        AuthRatePerSecond,
        AuthRateBurst,
        SessionRatePerSecond,
        SessionRateBurst,
        UserRatePerSecond,
        UserRateBurst,
        FileRatePerSecond,
        FileRateBurst,
        SearchRatePerSecond,
        SearchRateBurst,
        SignedInRatePerSecond,
        SignedInRateBurst,
        RequestTimeout,
        SocketRatePerSecond,
        SocketRateBurst,
        SignalRatePerSecond,
        SignalRateBurst,
        SocketsPerUser,
        SocketQueueFrames,
        SocketQueueBytes,
    ];

    /// <summary>
    /// Reads the rates of HTTP calls. Whoever lifts the general one does not have to name all the others.
    /// </summary>
    internal static RateLimitSettings ReadRates(SettingsReader read)
    {
        var general = new BucketSize(read.Read(RatePerSecond), read.Read(RateBurst));
        return new RateLimitSettings
        {
            General = general,
            Auth = new BucketSize(read.Read(AuthRatePerSecond), read.Read(AuthRateBurst)),
            Session = Follow(SessionRatePerSecond, SessionRateBurst),
            User = Follow(UserRatePerSecond, UserRateBurst),
            FileReads = Follow(FileRatePerSecond, FileRateBurst),
            Searches = Follow(SearchRatePerSecond, SearchRateBurst),
            SignedInAddress = Follow(SignedInRatePerSecond, SignedInRateBurst),
        };

        BucketSize Follow(Setting<double> perSecond, Setting<int> burst)
        {
            var size = new BucketSize(read.Read(perSecond), read.Read(burst));
            return general.PerSecond == 0 && !read.IsExplicit(perSecond) ? size with { PerSecond = 0 } : size;
        }
    }

    private static Setting<double> PerSecond(
        string bucket,
        BucketSize size,
        string what,
        string ifLifted = "no limit"
    ) => Number($"{bucket}_PER_SECOND", size.PerSecond, Million, $"{what}: calls a second; 0: {ifLifted}.");

    private static Setting<int> Burst(string bucket, BucketSize size) =>
        Integer($"{bucket}_BURST", size.Burst, 0, Million, "Calls at once, before the rate above holds; 0: no limit.");
}
