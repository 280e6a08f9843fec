using System.Text.Json;
using System.Text.Json.Serialization;
using Chatalot.Shared.Json;
using Chatalot.Shared.Security;

namespace Chatalot.Features.Auth;

/// <summary>Who may register.</summary>
public enum RegistrationMode
{
    /// <summary>Everybody.</summary>
    Open,

    /// <summary>Whoever has an invite code; the first account needs none.</summary>
    InviteOnly,

    /// <summary>Nobody.</summary>
    Closed,
}

/// <summary>A STUN or TURN server for calls, as clients hand it to WebRTC.</summary>
/// <param name="Urls">A string or an array of strings.</param>
/// <param name="Username">For TURN.</param>
/// <param name="Credential">For TURN; only told to signed-in users.</param>
public sealed record IceServer(
    JsonElement Urls,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Username = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Credential = null
)
{
    /// <summary>Reads a JSON array of servers, as operators configure it.</summary>
    /// <exception cref="JsonException">It is no array of objects with <c>urls</c>.</exception>
    public static IReadOnlyList<IceServer> ReadList(JsonElement json) =>
        (IReadOnlyList<IceServer>)
            json.Deserialize(
                JsonDefaults.CreateOptions(AuthJson.Default).GetTypeInfo(typeof(IReadOnlyList<IceServer>))
            )!;
}

/// <summary>How people get in and stay in. The host fills it from the configuration.</summary>
public sealed record AuthOptions
{
    /// <summary>Key files of access tokens.</summary>
    public required TokenKeyPaths TokenKeys { get; init; }

    /// <summary>Who may register.</summary>
    public RegistrationMode RegistrationMode { get; init; } = RegistrationMode.InviteOnly;

    /// <summary>Account that becomes admin at start while there is none. Null: none.</summary>
    public string? AdminUsername { get; init; }

    /// <summary>Address of the instance as users see it; clients build invite links on it. Null: not told.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>Servers for calls; empty: not told.</summary>
    public IReadOnlyList<IceServer> IceServers { get; init; } = [];

    /// <summary>A relay that makes credentials for each user; null: none.</summary>
    public TurnRelay? TurnRelay { get; init; }

    /// <summary>How passwords are hashed.</summary>
    public PasswordHashing Passwords { get; init; } = new();

    /// <summary>When guessing is stopped.</summary>
    public LockoutPolicy Lockout { get; init; } = new();

    /// <summary>What people read on the button of single sign-on. Null: there is none.</summary>
    public string? OidcName { get; init; }

    /// <summary>False: the key of second factors is known to everybody, so nobody may set one up.</summary>
    public bool MayEnrolSecondFactor { get; init; } = true;

    /// <summary>How long logins last.</summary>
    public SessionPolicy Sessions { get; init; } = new();
}

/// <summary>How long logins last and how many a user may have.</summary>
public sealed record SessionPolicy
{
    /// <summary>A session that is not used for so long ends.</summary>
    public TimeSpan IdleLimit { get; init; } = TimeSpan.FromDays(30);

    /// <summary>A session ends at this age however often it is used.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromDays(365);

    /// <summary>How long a refresh token that was replaced still gives a successor: tabs and socket race.</summary>
    public TimeSpan RefreshGrace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>For so long after a login its tokens may do what would otherwise need the password again.</summary>
    public TimeSpan RecentLogin { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Sessions of one user; a further login ends the one that was not used for longest.</summary>
    public int MostPerUser { get; init; } = 20;
}
