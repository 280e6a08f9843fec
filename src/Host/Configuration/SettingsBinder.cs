using System.Net;
using Chatalot.Shared.Http;
using Chatalot.Shared.Logging;
using Chatalot.Shared.Realtime;
using static Chatalot.Host.Configuration.IntegrationCatalogue;
using static Chatalot.Host.Configuration.LimitCatalogue;
using static Chatalot.Host.Configuration.ObservationCatalogue;
using static Chatalot.Host.Configuration.SettingCatalogue;

namespace Chatalot.Host.Configuration;

/// <summary>Binds variables and options to <see cref="ServerSettings"/>, once, with all problems in one go.</summary>
public static class SettingsBinder
{
    private const long MiB = 1024 * 1024;

    /// <summary>Reads everything; touches no file but those that hold or must hold a value.</summary>
    /// <param name="variables">The environment.</param>
    /// <param name="options">Command line values by setting name.</param>
    public static BoundSettings Bind(
        IReadOnlyDictionary<string, string> variables,
        IReadOnlyDictionary<string, string> options
    )
    {
        var read = new SettingsReader(variables, options);
        var dataPath = read.Read(DataPath)!;
        var publicUrl = read.Read(PublicUrl);
        var files = Files(read, dataPath);
        var log = Log(read, dataPath);
        var settings = new ServerSettings
        {
            Listen = read.Read(ListenAddress) ?? new IPEndPoint(IPAddress.Any, 0),
            PublicUrl = publicUrl,
            DataPath = dataPath,
            StaticFilesPath = read.Read(StaticFilesPath)!,
            ShutdownTimeout = TimeSpan.FromSeconds(read.Read(ShutdownTimeout)),
            Database = Database(read),
            Keys = Keys(read, dataPath),
            Access = Access(read),
            SignOn = SignOn(read, publicUrl),
            Files = files,
            Http = Http(read, publicUrl, files),
            Sockets = Sockets(read),
            Retention = Retention(read),
            Integrations = Integrations(read),
            Log = log,
            Metrics = Metrics(read),
        };
        KeepPortsApart(read, settings);
        WarnOfUnknownNames(read, variables);
        return new BoundSettings(
            read.Problems.Count == 0 ? settings with { Shown = SettingsReport.Shown(read.Effective) } : null,
            log,
            read.Problems,
            read.Warnings,
            read.Effective
        );
    }

    private static RetentionSettings Retention(SettingsReader read)
    {
        var (audit, operators) = (read.Read(AuditRetention), read.Read(OperatorAuditRetention));
        return new RetentionSettings(
            TimeSpan.FromDays(audit),
            TimeSpan.FromDays(operators > 0 ? operators : audit),
            TimeSpan.FromDays(read.Read(DeletedMessageRetention))
        );
    }

    private static LogOptions Log(SettingsReader read, string dataPath)
    {
        var inherited = read.Read(RustLog);
        var verbosity = Verbosity.Parse(read.Read(ChatalotLog) ?? inherited);
        var name = read.IsExplicit(ChatalotLog) ? ChatalotLog.Name : RustLog.Name;
        foreach (var item in verbosity.IgnoredItems)
            read.Warn($"{name}: '{item}' is not a directive and is ignored");
        var folder = read.Read(LogPath) ?? Path.Combine(dataPath, "logs");
        var files = new LogFileOptions(folder, read.Read(LogMaxSize) * MiB, TimeSpan.FromDays(read.Read(LogMaxDays)));
        return new LogOptions
        {
            Verbosity = verbosity,
            IsJson = read.Read(LogFormat) == "json",
            Files = IsOff(folder) || read.IsEmptied(LogPath) ? null : files,
            SlowStatement = TimeSpan.FromMilliseconds(read.Read(SlowQuery)),
        };
    }

    private static MetricsSettings Metrics(SettingsReader read) =>
        new(read.Read(MetricsAddress), read.Read(MetricsToken), read.Read(OtlpEndpoint));

    /// <summary>Of two listeners on one port the second would stop the start, with no word about the first.</summary>
    private static void KeepPortsApart(SettingsReader read, ServerSettings settings)
    {
        var server = settings.Listen;
        if (settings.Metrics.Listen is not { } metrics || metrics.Port != server.Port || metrics.Port == 0)
            return;
        if (metrics.Address.Equals(server.Address) || IsEverywhere(metrics.Address) || IsEverywhere(server.Address))
            read.Problem(MetricsAddress, $"{metrics}", "another port than LISTEN_ADDR");
    }

    private static bool IsEverywhere(IPAddress address) =>
        address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private static DatabaseSettings Database(SettingsReader read)
    {
        var database = new DatabaseSettings(
            read.Read(DatabaseUrl),
            read.Read(DatabasePoolMax),
            read.Read(DatabasePoolMin),
            read.Read(PostgresBin)
        )
        {
            IsSavedBeforeMigration = read.Read(BackupBeforeMigrate) == "true",
        };
        if (database.PoolMin > database.PoolMax && database.PoolMax > 0)
            read.Problem(DatabasePoolMin, $"{database.PoolMin}", $"no more than DB_POOL_MAX ({database.PoolMax})");
        return database;
    }

    /// <summary>Keys that were named must be there; those that nobody named are made at first start.</summary>
    private static KeySettings Keys(SettingsReader read, string dataPath)
    {
        var privateKey = read.Read(TokenPrivateKeyPath)!;
        var publicKey = read.Read(TokenPublicKeyPath)!;
        var secrets = Path.Combine(dataPath, "secrets");
        var isNamed = read.IsExplicit(TokenPrivateKeyPath);
        if (isNamed && !File.Exists(privateKey))
            read.Problem(TokenPrivateKeyPath, privateKey, "the path of an existing file, or nothing");
        if (read.IsExplicit(TokenPublicKeyPath) && !File.Exists(publicKey))
            read.Problem(TokenPublicKeyPath, publicKey, "the path of an existing file, or nothing");
        if (!isNamed && !File.Exists(privateKey))
        {
            privateKey = Path.Combine(secrets, "jwt_private.pem");
            publicKey = Path.Combine(secrets, "jwt_public.pem");
        }

        var previousKey = read.Read(PreviousTokenKeyPath);
        if (previousKey is not null && !File.Exists(previousKey))
            read.Problem(PreviousTokenKeyPath, previousKey, "the path of an existing file, or nothing");
        var totpKey = read.Read(TotpEncryptionKey);
        var mayEnrol = totpKey is null || !SettingsReader.IsExample(totpKey);
        if (!mayEnrol)
            read.Warn("TOTP_ENCRYPTION_KEY holds an example value; nobody can switch on two-factor login with it");
        else if (totpKey is not null && !(totpKey.Length == 64 && totpKey.All(char.IsAsciiHexDigit)))
            read.Warn("TOTP_ENCRYPTION_KEY is not 64 hex digits; it is used as it is");
        return new KeySettings(
            privateKey,
            File.Exists(publicKey) || !isNamed ? publicKey : null,
            previousKey,
            totpKey,
            Path.Combine(secrets, "totp_encryption.key"),
            mayEnrol
        );
    }

    private static AccessSettings Access(SettingsReader read)
    {
        var creation = read.Read(CommunityCreationMode)!;
        return new AccessSettings(
            read.Read(RegistrationMode)!,
            creation == "anyone" ? "open" : creation,
            read.Read(AdminUsername)
        );
    }

    private static SignOnSettings? SignOn(SettingsReader read, Uri? publicUrl)
    {
        var (issuer, clientId) = (read.Read(SignOnCatalogue.Issuer), read.Read(SignOnCatalogue.ClientId));
        var secret = read.Read(SignOnCatalogue.ClientSecret);
        var (name, scopes) = (read.Read(SignOnCatalogue.Name)!, read.Read(SignOnCatalogue.Scopes)!);
        if (issuer is null)
            return null;
        if (clientId is null)
            read.Problem(SignOnCatalogue.ClientId, "nothing");
        if (publicUrl is null)
            read.Problem(SignOnCatalogue.Issuer, issuer.ToString(), "nothing unless PUBLIC_URL is set");
        if (!scopes.Split(' ').Contains("openid"))
            read.Problem(SignOnCatalogue.Scopes, scopes);
        return clientId is null || publicUrl is null ? null : new(issuer, clientId, secret, name, scopes);
    }

    private static FileSettings Files(SettingsReader read, string dataPath)
    {
        var quota = read.Read(UploadQuota) * MiB;
        return new FileSettings(
            read.Read(FileStoragePath) ?? Path.Combine(dataPath, "files"),
            read.Read(FileCachePath) ?? Path.Combine(dataPath, "file-cache"),
            read.Read(MaxFileSize) * MiB,
            quota == 0 ? null : quota,
            read.Read(MinFreeDisk) * MiB,
            ObjectStoreCatalogue.Read(read)
        );
    }

    private static HttpEdgeSettings Http(SettingsReader read, Uri? publicUrl, FileSettings files) =>
        new()
        {
            TrustedProxies = read.Read(TrustedProxyList) ?? TrustedProxies.Default,
            Cors = new CorsSettings { Origins = Origins(read.Read(CorsOrigins), publicUrl) },
            HstsPreload = read.Read(HstsPreload) == "true",
            RateLimits = LimitCatalogue.ReadRates(read),
            BodyLimits = new BodyLimitSettings { UploadBytes = files.MaxFileBytes + 10 * MiB },
            RequestTimeout = TimeSpan.FromSeconds(read.Read(RequestTimeout)),
        };

    /// <summary>Those that are named, or the desktop clients; the public address of the server in either case.</summary>
    private static IReadOnlyList<string> Origins(IReadOnlyList<string>? named, Uri? publicUrl)
    {
        var origins = named ?? CorsSettings.DesktopOrigins;
        return publicUrl is null
            ? origins
            : [.. origins.Prepend(publicUrl.GetLeftPart(UriPartial.Authority)).Distinct()];
    }

    private static RealtimeOptions Sockets(SettingsReader read) =>
        new()
        {
            FramesPerSecond = read.Read(SocketRatePerSecond),
            FrameBurst = read.Read(SocketRateBurst),
            SignalsPerSecond = read.Read(SignalRatePerSecond),
            SignalBurst = read.Read(SignalRateBurst),
            SocketsPerUser = read.Read(SocketsPerUser),
            QueueFrames = read.Read(SocketQueueFrames),
            QueueBytes = read.Read(SocketQueueBytes),
        };

    private static IntegrationSettings Integrations(SettingsReader read)
    {
        string?[] feedback = [read.Read(GitHubToken), read.Read(GitHubOwner), read.Read(GitHubRepository)];
        if (feedback.Any(part => part is null) && feedback.Any(part => part is not null))
            read.Warn(
                "Feedback disabled: set all of GITHUB_API_TOKEN, GITHUB_REPO_OWNER and GITHUB_REPO_NAME, or none"
            );
        var (privateKey, publicKey) = (read.Read(VapidPrivateKey), read.Read(VapidPublicKey));
        string? whyNot = null;
        var push = privateKey is null ? null : SettingParsers.WebPush(privateKey, publicKey, out whyNot);
        if (whyNot is not null)
            read.Warn($"Web Push disabled: {whyNot}");
        return new IntegrationSettings(
            CallSettings.Read(read),
            read.Read(GiphyApiKey),
            read.Read(GiphyAddress)!,
            feedback is [{ } token, { } owner, { } repository] ? new FeedbackSettings(token, owner, repository) : null,
            push,
            read.Read(AlertWebhook)
        );
    }

    private static void WarnOfUnknownNames(SettingsReader read, IReadOnlyDictionary<string, string> variables)
    {
        var known = SettingCatalogue.All.Select(setting => setting.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var name in variables.Keys.Where(name => name.StartsWith("CHATALOT_", StringComparison.Ordinal)))
        {
            if (!known.Contains(name))
                read.Warn($"{name} is not a setting of this server");
        }
    }
}
