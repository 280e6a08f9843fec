using Chatalot.Shared.Storage.S3;
using static Chatalot.Host.Configuration.SettingKinds;

namespace Chatalot.Host.Configuration;

/// <summary>Where uploaded files are kept: on disk, or in a bucket of an S3-compatible object store.</summary>
internal static class ObjectStoreCatalogue
{
    internal static readonly Setting<string> Storage = Choice(
        "FILE_STORAGE",
        "disk",
        ["disk", "s3"],
        "Where uploaded files are kept. The settings that begin with S3 count only for s3."
    );
    internal static readonly Setting<Uri> Endpoint = new(
        "S3_ENDPOINT",
        "",
        "an http or https URL",
        "Address of the object store. Unset: Amazon's own in S3_REGION.",
        SettingParsers.WebAddress
    );
    internal static readonly Setting<string> Region = Text(
        "S3_REGION",
        "us-east-1",
        "a region",
        "Region of the bucket."
    );
    internal static readonly Setting<string> Bucket = new(
        "S3_BUCKET",
        "",
        "the name of a bucket: 3 to 63 lower-case letters, digits, dots and dashes",
        "Bucket of uploaded files; it must exist.",
        text =>
            text.Length is >= 3 and <= 63
            && text.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '.' or '-')
                ? text
                : Reading.Wrong<string>()
    );
    internal static readonly Setting<string> AccessKey = Text(
        "S3_ACCESS_KEY",
        "",
        "the id of an access key",
        "Who the server is to the object store."
    ) with
    {
        IsSecret = true,
    };
    internal static readonly Setting<string> SecretKey = Text(
        "S3_SECRET_KEY",
        "",
        "the secret of the access key",
        "Proves it."
    ) with
    {
        IsSecret = true,
    };
    internal static readonly Setting<string> Prefix = new(
        "S3_PREFIX",
        "",
        "a path of letters, digits, dots, dashes and underscores",
        "What every key in the bucket begins with, so that others may use it too.",
        text =>
            text.Trim('/') is var path
            && path.Length is > 0 and <= 200
            && path.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '/' or '.' or '-' or '_')
                ? path + "/"
                : Reading.Wrong<string>()
    );
    internal static readonly Setting<string> PathStyle = Choice(
        "S3_PATH_STYLE",
        "auto",
        ["auto", "true", "false"],
        "Whether the bucket is the first part of the path (true) or of the host name (false); auto: true with S3_ENDPOINT."
    );

    /// <summary>Every setting of the object store, in the order in which people should read them.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [Storage, Endpoint, Region, Bucket, AccessKey, SecretKey, Prefix, PathStyle];

    /// <summary>The bucket, or null: files are kept on disk.</summary>
    internal static S3Options? Read(SettingsReader read)
    {
        var storage = read.Read(Storage);
        var (endpoint, region, bucket) = (read.Read(Endpoint), read.Read(Region)!, read.Read(Bucket));
        var (accessKey, secretKey) = (read.Read(AccessKey), read.Read(SecretKey));
        var (prefix, pathStyle) = (read.Read(Prefix), read.Read(PathStyle));
        if (storage != "s3")
            return null;
        if (bucket is null)
            read.Missing(Bucket);
        if (accessKey is null)
            read.Missing(AccessKey);
        if (secretKey is null)
            read.Missing(SecretKey);
        if (bucket is null || accessKey is null || secretKey is null)
            return null;
        return new S3Options
        {
            Bucket = bucket,
            Endpoint = endpoint,
            Region = region,
            AccessKey = accessKey,
            SecretKey = secretKey,
            Prefix = prefix ?? "",
            UsesPathStyle = pathStyle == "true" || (pathStyle == "auto" && endpoint is not null),
        };
    }
}
