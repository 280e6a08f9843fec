using System.Net;
using Chatalot.Shared.Http;
using static Chatalot.Host.Configuration.SettingKinds;

namespace Chatalot.Host.Configuration;

/// <summary>
/// Every variable that the server reads. Help, documentation (docs/operations/configuration.md, held by a test) and
/// error messages come from here.
/// </summary>
public static class SettingCatalogue
{
    internal static readonly Setting<IPEndPoint> ListenAddress = new(
        "LISTEN_ADDR",
        "0.0.0.0:8080",
        "address:port, IPv6 as [::]:8080",
        "Address and port of the server.",
        SettingParsers.ListenAddress
    );
    internal static readonly Setting<Uri> PublicUrl = new(
        "PUBLIC_URL",
        "",
        "a URL such as https://chat.example.com",
        "Where people reach this server; used in invite links and allowed as web origin.",
        SettingParsers.PublicUrl
    );
    internal static readonly Setting<TrustedProxies> TrustedProxyList = new(
        "TRUSTED_PROXIES",
        TrustedProxies.DefaultList,
        "networks and addresses separated by commas, such as 10.0.0.0/8",
        "Reverse proxies whose X-Forwarded-For and X-Forwarded-Proto are believed.",
        SettingParsers.Proxies
    );
    internal static readonly Setting<IReadOnlyList<string>> CorsOrigins = new(
        "CORS_ORIGINS",
        "",
        "origins separated by commas, such as https://chat.example.com, or *",
        "Web origins that may call the API, beside that of PUBLIC_URL. Unset: the desktop clients.",
        SettingParsers.Origins
    );
    internal static readonly Setting<string> HstsPreload = Choice(
        "HSTS_PRELOAD",
        "true",
        ["true", "false"],
        "Whether Strict-Transport-Security, sent over HTTPS only, lets browsers list the host as HTTPS for ever."
    );
    internal static readonly Setting<string> StaticFilesPath = Text(
        "STATIC_FILES_PATH",
        "./static",
        "a folder",
        "Folder of the web client. Without one, / shows a welcome page."
    );
    internal static readonly Setting<string> DataPath = Text(
        "DATA_PATH",
        "./data",
        "a folder",
        "Folder for everything that the server creates by itself: secrets, files, its own PostgreSQL."
    );

    internal static readonly Setting<string> DatabaseUrl = new(
        "DATABASE_URL",
        "",
        "postgres://user:password@host:port/database or host=... dbname=...",
        "PostgreSQL to use. Unset: the server runs its own, private one in DATA_PATH.",
        SettingParsers.Database
    )
    {
        IsSecret = true,
    };
    internal static readonly Setting<int> DatabasePoolMax = Integer(
        "DB_POOL_MAX",
        50,
        1,
        1000,
        "Most connections of the pool that requests share; the server uses up to fifteen more beside it."
    );
    internal static readonly Setting<int> DatabasePoolMin = Integer(
        "DB_POOL_MIN",
        2,
        0,
        1000,
        "Connections that are kept open when nothing happens."
    );
    internal static readonly Setting<string> PostgresBin = Text(
        "PG_BIN",
        "",
        "a folder",
        "Folder of PostgreSQL's server programs. Unset: searched in PATH and the usual places."
    );

    internal static readonly Setting<string> TokenPrivateKeyPath = Text(
        "JWT_PRIVATE_KEY_PATH",
        "./secrets/jwt_private.pem",
        "the path of an Ed25519 private key (PKCS#8 PEM)",
        "Key that signs access tokens. Unset and not there: made once, in DATA_PATH."
    );
    internal static readonly Setting<string> TokenPublicKeyPath = Text(
        "JWT_PUBLIC_KEY_PATH",
        "./secrets/jwt_public.pem",
        "the path of the matching public key (SPKI PEM)",
        "Public half of the key above, which is enough by itself."
    );
    internal static readonly Setting<string> PreviousTokenKeyPath = Text(
        "JWT_PREVIOUS_PUBLIC_KEY_PATH",
        "",
        "the path of the public key that was in use before (SPKI PEM)",
        "Tokens of this key still count, so that a change of keys logs nobody out; needed for a quarter of an hour."
    );
    internal static readonly Setting<string> TotpEncryptionKey = Text(
        "TOTP_ENCRYPTION_KEY",
        "",
        "64 hex digits (openssl rand -hex 32)",
        "Encrypts the secrets of two-factor logins. Unset: made once, in DATA_PATH. Losing it locks out who uses them."
    ) with
    {
        IsSecret = true,
    };

    internal static readonly Setting<string> RegistrationMode = LenientChoice(
        "REGISTRATION_MODE",
        "invite_only",
        ["open", "invite_only", "closed"],
        "Who may register. The very first account needs no invite; it becomes owner and admin."
    );
    internal static readonly Setting<string> CommunityCreationMode = LenientChoice(
        "COMMUNITY_CREATION_MODE",
        "admin_only",
        ["open", "anyone", "admin_only"],
        "Who may create communities; anyone means open."
    );
    internal static readonly Setting<string> AdminUsername = Text(
        "ADMIN_USERNAME",
        "",
        "the name of an account",
        "Account that becomes admin at start while there is no admin."
    );

    internal static readonly Setting<string> FileStoragePath = Text(
        "FILE_STORAGE_PATH",
        "",
        "a folder that the server may write to",
        "Folder of uploaded files, when they are kept on disk. Unset: files in DATA_PATH."
    );
    internal static readonly Setting<string> FileCachePath = Text(
        "FILE_CACHE_PATH",
        "",
        "a folder that the server may write to",
        "Folder of uploads under way and thumbnails, best on the file system of the one above. Unset: file-cache in DATA_PATH."
    );
    internal static readonly Setting<int> MaxFileSize = LenientInteger(
        "MAX_FILE_SIZE_MB",
        100,
        1,
        10_000,
        "Largest file, in MiB."
    );
    internal static readonly Setting<int> UploadQuota = LenientInteger(
        "UPLOAD_QUOTA_MB",
        500,
        0,
        100_000,
        "What one user may store, in MiB; 0: no limit."
    );
    internal static readonly Setting<int> MinFreeDisk = Integer(
        "MIN_FREE_DISK_MB",
        512,
        0,
        10_000_000,
        "Uploads are refused (507) when less than this would stay free on their disk, in MiB."
    );

    internal static readonly Setting<Uri> AlertWebhook = new Setting<Uri>(
        "ALERT_WEBHOOK_URL",
        "",
        "an http or https URL",
        "Where the server posts alerts: database lost or back, a job that keeps failing, a full disk. Unset: nowhere.",
        SettingParsers.WebAddress
    )
    {
        IsSecret = true,
    };
    internal static readonly Setting<int> AuditRetention = Integer(
        "AUDIT_RETENTION_DAYS",
        90,
        1,
        36_500,
        "Days for which the audit log is kept."
    );
    internal static readonly Setting<int> OperatorAuditRetention = Integer(
        "ADMIN_AUDIT_RETENTION_DAYS",
        0,
        0,
        36_500,
        "Days for which what operators did (admin_…) stays in the audit log; 0: as long as the rest."
    );
    internal static readonly Setting<int> DeletedMessageRetention = Integer(
        "DELETED_MESSAGE_RETENTION_DAYS",
        30,
        0,
        36_500,
        "Days after which a deleted message is really gone."
    );
    internal static readonly Setting<string> BackupBeforeMigrate = Choice(
        "BACKUP_BEFORE_MIGRATE",
        "false",
        ["true", "false"],
        "Save the database to backups in DATA_PATH before an update changes its schema. Needs pg_dump."
    );

    internal static readonly Setting<int> ShutdownTimeout = Integer(
        "SHUTDOWN_TIMEOUT_SECONDS",
        20,
        1,
        3600,
        "Longest wait for requests that are under way when the server stops."
    );

    /// <summary>Every setting, in the order in which people should read them.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        ListenAddress,
        PublicUrl,
        TrustedProxyList,
        CorsOrigins,
        HstsPreload,
        StaticFilesPath,
        DataPath,
        DatabaseUrl,
        DatabasePoolMax,
        DatabasePoolMin,
        PostgresBin,
        BackupBeforeMigrate,
        TokenPrivateKeyPath,
        TokenPublicKeyPath,
        PreviousTokenKeyPath,
        TotpEncryptionKey,
        RegistrationMode,
        CommunityCreationMode,
        AdminUsername,
        .. SignOnCatalogue.All,
        FileStoragePath,
        FileCachePath,
        MaxFileSize,
        UploadQuota,
        MinFreeDisk,
        .. ObjectStoreCatalogue.All,
        .. LimitCatalogue.All,
        AlertWebhook,
        AuditRetention,
        OperatorAuditRetention,
        DeletedMessageRetention,
        .. CallCatalogue.All,
        .. IntegrationCatalogue.All,
        .. ObservationCatalogue.All,
        ShutdownTimeout,
    ];
}
