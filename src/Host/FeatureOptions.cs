using System.Text.Json;
using Chatalot.Features.Alerts;
using Chatalot.Features.Auth;
using Chatalot.Features.Auth.TwoFactor;
using Chatalot.Features.ExternalLogins;
using Chatalot.Features.Feedback;
using Chatalot.Features.Files;
using Chatalot.Features.Gateway;
using Chatalot.Features.Legal;
using Chatalot.Features.Maintenance;
using Chatalot.Features.Operations;
using Chatalot.Features.Previews;
using Chatalot.Features.Push;
using Chatalot.Features.Spaces;
using Chatalot.Features.Voice.Sfu;
using Chatalot.Host.Configuration;
using Chatalot.Shared.Security;
using Chatalot.Shared.Storage;

namespace Chatalot.Host;

/// <summary>What the configuration means to each feature.</summary>
internal static class FeatureOptions
{
    /// <summary>The running program, unless it is another one that hosts the server's code.</summary>
    private static readonly string? OwnProgram =
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == typeof(Program).Assembly.GetName().Name
            ? Environment.ProcessPath
            : null;

    public static AuthOptions Auth(ServerSettings settings) =>
        new()
        {
            TokenKeys = new TokenKeyPaths
            {
                PrivateKey = settings.Keys.TokenPrivateKeyPath,
                PublicKey = settings.Keys.TokenPublicKeyPath,
                PreviousPublicKey = settings.Keys.PreviousTokenKeyPath,
            },
            RegistrationMode = settings.Access.RegistrationMode switch
            {
                "open" => RegistrationMode.Open,
                "closed" => RegistrationMode.Closed,
                _ => RegistrationMode.InviteOnly,
            },
            Passwords = new() { Program = OwnProgram },
            AdminUsername = settings.Access.AdminUsername,
            OidcName = settings.SignOn?.Name,
            MayEnrolSecondFactor = settings.Keys.MayEnrolTotp,
            PublicUrl = settings.PublicUrl?.ToString().TrimEnd('/'),
            IceServers = settings.Integrations.Calls.IceServers is { } servers ? IceServer.ReadList(servers) : [],
            TurnRelay = settings.Integrations.Calls.Turn is { } turn
                ? new TurnRelay(turn.Urls, turn.Secret, turn.Lifetime)
                : null,
        };

    /// <summary>The key of second factors: the configured one, or one that the server made by itself.</summary>
    /// <exception cref="IOException">The file of the server's own key cannot be read or written.</exception>
    public static SecondFactorKey SecondFactors(ServerSettings settings, ILoggerFactory loggers) =>
        new(
            settings.Keys.TotpKey
                ?? SecretFiles.ReadOrCreate(settings.Keys.TotpKeyFile, loggers.CreateLogger("Chatalot.Startup"))
        );

    public static ExternalLoginOptions? ExternalLogins(ServerSettings settings) =>
        settings.SignOn is { } signOn
            ? new()
            {
                Issuer = signOn.Issuer,
                ClientId = signOn.ClientId,
                ClientSecret = signOn.ClientSecret,
                Name = signOn.Name,
                Scopes = signOn.Scopes,
                PublicUrl = settings.PublicUrl!.ToString().TrimEnd('/'),
            }
            : null;

    public static SpacesOptions Spaces(ServerSettings settings) =>
        new()
        {
            CommunityCreationMode =
                settings.Access.CommunityCreationMode == "open"
                    ? CommunityCreationMode.Open
                    : CommunityCreationMode.AdminOnly,
            PublicUrl = settings.PublicUrl,
        };

    public static SfuOptions? Sfu(ServerSettings settings) =>
        settings.Integrations.Calls.Sfu is { } sfu
            ? new()
            {
                Url = sfu.Url,
                PublicUrl = sfu.PublicUrl,
                ApiSecret = sfu.ApiSecret,
                TokenSecret = sfu.TokenSecret,
                AdminKey = sfu.AdminKey,
                FromParticipants = sfu.FromParticipants,
            }
            : null;

    public static OperationsOptions Operations(ServerSettings settings) =>
        new()
        {
            StoragePath = settings.Files.LocalPath,
            PublicUrl = settings.PublicUrl,
            BackupMarker = Path.Combine(settings.DataPath, "backups", "last-good-backup"),
            Configuration = settings.Shown,
        };

    public static AlertOptions Alerts(ServerSettings settings) =>
        new()
        {
            Webhook = settings.Integrations.AlertWebhook,
            Instance = settings.PublicUrl?.ToString() ?? Environment.MachineName,
            StoragePath = settings.DataPath,
            LeastFreeBytes = settings.Files.MinFreeDiskBytes,
        };

    public static MaintenanceOptions Maintenance(ServerSettings settings) =>
        new()
        {
            AuditLog = settings.Retention.AuditLog,
            OperatorAudit = settings.Retention.OperatorAudit,
            DeletedMessages = settings.Retention.DeletedMessages,
        };

    public static FilesOptions Files(ServerSettings settings) =>
        new() { MaxFileBytes = settings.Files.MaxFileBytes, QuotaBytes = settings.Files.QuotaBytes };

    public static StorageOptions Storage(ServerSettings settings) =>
        new()
        {
            Root = settings.Files.LocalPath,
            CacheRoot = settings.Files.CachePath,
            MinFreeBytes = settings.Files.MinFreeDiskBytes,
        };

    public static FeedbackOptions Feedback(ServerSettings settings) =>
        settings.Integrations.Feedback is { } tracker
            ? new(new Uri($"https://api.github.com/repos/{tracker.Owner}/{tracker.Repository}"), tracker.Token)
            : new(Repository: null, Token: null);

    public static LegalOptions Legal(ServerSettings settings) =>
        new(
            settings.DataPath,
            settings.PublicUrl?.ToString().TrimEnd('/') ?? "this Chatalot instance",
            Feedback: settings.Integrations.Feedback is not null,
            GifSearch: settings.Integrations.GiphyApiKey is not null,
            Push: settings.Integrations.WebPush is not null
        );

    public static PushOptions Push(ServerSettings settings) =>
        new(
            settings.Integrations.WebPush?.PublicKey,
            settings.Integrations.WebPush?.PrivateKey,
            settings.PublicUrl is { Scheme: "https" } address
                ? address.GetLeftPart(UriPartial.Authority)
                : "mailto:admin@localhost"
        );

    public static GifOptions Gifs(ServerSettings settings) =>
        new() { Key = settings.Integrations.GiphyApiKey, Address = settings.Integrations.GiphyAddress };

    public static GatewayOptions Gateway(ServerSettings settings) =>
        new() { WebClientVersion = WebClientVersion(settings.StaticFilesPath) };

    /// <summary>
    /// The version that the web client's build wrote beside itself; any other value would make it reload for ever.
    /// </summary>
    private static string WebClientVersion(string staticFiles)
    {
        const string unknown = "unknown";
        try
        {
            using var file = File.OpenRead(Path.Combine(staticFiles, "version.json"));
            using var json = JsonDocument.Parse(file);
            return json.RootElement.GetProperty("version").GetString() ?? unknown;
        }
        catch (Exception missing)
            when (missing is IOException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return unknown;
        }
    }
}
