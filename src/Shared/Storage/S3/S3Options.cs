namespace Chatalot.Shared.Storage.S3;

/// <summary>A bucket of an S3-compatible object store.</summary>
public sealed record S3Options
{
    /// <summary>The bucket; it must exist.</summary>
    public required string Bucket { get; init; }

    /// <summary>Address of the store; null: Amazon's own in <see cref="Region"/>.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>The region, which is a part of every signature.</summary>
    public required string Region { get; init; }

    /// <summary>Who we are to the store.</summary>
    public required string AccessKey { get; init; }

    /// <summary>Proves it.</summary>
    public required string SecretKey { get; init; }

    /// <summary>What every key in the bucket begins with: empty, or ends with a slash.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>The bucket is the first part of the path, not of the host name.</summary>
    public bool UsesPathStyle { get; init; }

    /// <summary>Without the keys.</summary>
    public override string ToString() => $"{Endpoint?.ToString() ?? Region} {Bucket}/{Prefix}";
}
