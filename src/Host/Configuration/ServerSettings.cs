using System.Net;
using Chatalot.Features.Operations;
using Chatalot.Shared.Http;
using Chatalot.Shared.Logging;
using Chatalot.Shared.Realtime;
using Chatalot.Shared.Storage.S3;

namespace Chatalot.Host.Configuration;

/// <summary>Everything that the environment and the command line decide, checked, once.</summary>
public sealed record ServerSettings
{
    /// <summary>Address and port to listen on.</summary>
    public required IPEndPoint Listen { get; init; }

    /// <summary>Where people reach the server, or null.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>Folder for everything that the server creates by itself.</summary>
    public required string DataPath { get; init; }

    /// <summary>Folder of the web client; it may be missing.</summary>
    public required string StaticFilesPath { get; init; }

    /// <summary>Longest wait for requests under way at shutdown.</summary>
    public required TimeSpan ShutdownTimeout { get; init; }

    /// <summary>The database.</summary>
    public required DatabaseSettings Database { get; init; }

    /// <summary>Keys and where they are.</summary>
    public required KeySettings Keys { get; init; }

    /// <summary>Who may do what before anybody is an admin.</summary>
    public required AccessSettings Access { get; init; }

    /// <summary>The identity provider by which people may sign in, or null.</summary>
    public SignOnSettings? SignOn { get; init; }

    /// <summary>Uploads.</summary>
    public required FileSettings Files { get; init; }

    /// <summary>What stands between the socket and the endpoints.</summary>
    public required HttpEdgeSettings Http { get; init; }

    /// <summary>Bounds of WebSockets.</summary>
    public required RealtimeOptions Sockets { get; init; }

    /// <summary>How long things are kept.</summary>
    public required RetentionSettings Retention { get; init; }

    /// <summary>Other services.</summary>
    public required IntegrationSettings Integrations { get; init; }

    /// <summary>What is logged and how.</summary>
    public required LogOptions Log { get; init; }

    /// <summary>How metrics leave the server.</summary>
    public required MetricsSettings Metrics { get; init; }

    /// <summary>All of this as operators may see it, variable by variable: secrets are masked.</summary>
    public IReadOnlyList<ConfiguredSetting> Shown { get; init; } = [];
}

/// <summary>The database.</summary>
/// <param name="ConnectionString">In Npgsql's form; null: the server's own private PostgreSQL.</param>
/// <param name="PoolMax">Most connections.</param>
/// <param name="PoolMin">Connections kept open when idle.</param>
/// <param name="PostgresBin">Folder of PostgreSQL's programs, or null to search.</param>
public sealed record DatabaseSettings(string? ConnectionString, int PoolMax, int PoolMin, string? PostgresBin)
{
    /// <summary>Save it before an update changes its schema.</summary>
    public bool IsSavedBeforeMigration { get; init; }

    /// <summary>Without the address, which holds the password.</summary>
    public override string ToString() =>
        $"{(ConnectionString is null ? "private" : "external")}, pool {PoolMin} to {PoolMax}";
}

/// <summary>Keys and where they are.</summary>
/// <param name="TokenPrivateKeyPath">Ed25519 private key; made at first start when missing, unless named explicitly.</param>
/// <param name="TokenPublicKeyPath">Its public half; null: derive it.</param>
/// <param name="PreviousTokenKeyPath">Public key whose tokens still count, or null.</param>
/// <param name="TotpKey">Text whose SHA-256 encrypts two-factor secrets; null: kept in <paramref name="TotpKeyFile"/>.</param>
/// <param name="TotpKeyFile">File of a key that the server made by itself.</param>
/// <param name="MayEnrolTotp">False when the key is an example, known to everybody.</param>
public sealed record KeySettings(
    string TokenPrivateKeyPath,
    string? TokenPublicKeyPath,
    string? PreviousTokenKeyPath,
    string? TotpKey,
    string TotpKeyFile,
    bool MayEnrolTotp
)
{
    /// <summary>Paths only.</summary>
    public override string ToString() => TokenPrivateKeyPath;
}

/// <summary>Who may do what before anybody is an admin.</summary>
/// <param name="RegistrationMode"><c>open</c>, <c>invite_only</c> or <c>closed</c>.</param>
/// <param name="CommunityCreationMode"><c>open</c> or <c>admin_only</c>.</param>
/// <param name="AdminUsername">Account that becomes admin while there is none, or null.</param>
public sealed record AccessSettings(string RegistrationMode, string CommunityCreationMode, string? AdminUsername);

/// <summary>An identity provider.</summary>
/// <param name="Issuer">Its issuer.</param>
/// <param name="ClientId">What it calls this server.</param>
/// <param name="ClientSecret">Proves that; null: a public client.</param>
/// <param name="Name">What people read.</param>
/// <param name="Scopes">What is asked for.</param>
public sealed record SignOnSettings(Uri Issuer, string ClientId, string? ClientSecret, string Name, string Scopes)
{
    /// <summary>Without the secret.</summary>
    public override string ToString() => $"{Issuer} as {ClientId}";
}

/// <summary>Uploads.</summary>
/// <param name="StoragePath">Root of stored files.</param>
/// <param name="CachePath">Root of uploads under way and thumbnails.</param>
/// <param name="MaxFileBytes">Largest file.</param>
/// <param name="QuotaBytes">What one user may store; null: no limit.</param>
/// <param name="MinFreeDiskBytes">Uploads are refused when less than this would stay free.</param>
/// <param name="Bucket">Where originals are kept; null: in <paramref name="StoragePath"/>.</param>
public sealed record FileSettings(
    string StoragePath,
    string CachePath,
    long MaxFileBytes,
    long? QuotaBytes,
    long MinFreeDiskBytes,
    S3Options? Bucket
)
{
    /// <summary>
    /// Folder whose disk fills up with uploads: that of originals, or of drafts when originals are in a bucket.
    /// </summary>
    public string LocalPath => Bucket is null ? StoragePath : CachePath;
}

/// <summary>How long things are kept.</summary>
/// <param name="AuditLog">Entries of the audit log.</param>
/// <param name="OperatorAudit">Those of them that tell what operators did.</param>
/// <param name="DeletedMessages">Messages that somebody deleted.</param>
public sealed record RetentionSettings(TimeSpan AuditLog, TimeSpan OperatorAudit, TimeSpan DeletedMessages);

/// <summary>Other services; null: not configured.</summary>
/// <param name="Calls">What helps calls through.</param>
/// <param name="GiphyApiKey">Key for GIF search.</param>
/// <param name="GiphyAddress">Where GIFs are searched.</param>
/// <param name="Feedback">Where feedback goes.</param>
/// <param name="WebPush">Key pair of Web Push.</param>
/// <param name="AlertWebhook">Where alerts are posted.</param>
public sealed record IntegrationSettings(
    CallSettings Calls,
    string? GiphyApiKey,
    Uri GiphyAddress,
    FeedbackSettings? Feedback,
    WebPushSettings? WebPush,
    Uri? AlertWebhook
)
{
    /// <summary>Which are on; all of them hold secrets.</summary>
    public override string ToString() =>
        $"{Calls} giphy={GiphyApiKey is not null} "
        + $"feedback={Feedback is not null} push={WebPush is not null} alerts={AlertWebhook is not null}";
}

/// <summary>Where feedback is filed as issues.</summary>
/// <param name="Token">API token.</param>
/// <param name="Owner">Owner of the repository.</param>
/// <param name="Repository">Name of the repository.</param>
public sealed record FeedbackSettings(string Token, string Owner, string Repository)
{
    /// <summary>Without the token.</summary>
    public override string ToString() => $"{Owner}/{Repository}";
}

/// <summary>Key pair of Web Push, both in base64url.</summary>
/// <param name="PrivateKey">P-256 scalar, 32 bytes.</param>
/// <param name="PublicKey">P-256 point, 65 bytes.</param>
public sealed record WebPushSettings(string PrivateKey, string PublicKey)
{
    /// <summary>The public half.</summary>
    public override string ToString() => PublicKey;
}

/// <summary>How metrics leave the server.</summary>
/// <param name="Listen">Address of their own listener; null: none.</param>
/// <param name="Token">Bearer token that readers must bring; null: none, and nothing on the public port.</param>
/// <param name="Collector">Where metrics are sent by OTLP; null: nowhere.</param>
public sealed record MetricsSettings(IPEndPoint? Listen, string? Token, Uri? Collector)
{
    /// <summary>Without the token.</summary>
    public override string ToString() => $"{Listen}, token={Token is not null}, {Collector}";
}
