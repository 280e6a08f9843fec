namespace Chatalot.Features.Files;

/// <summary>Limits of uploads.</summary>
public sealed record FilesOptions
{
    /// <summary>Bytes of a mebibyte: what the contract's texts call MB.</summary>
    internal const long MiB = 1024 * 1024;

    /// <summary>Largest file, in bytes.</summary>
    public required long MaxFileBytes { get; init; }

    /// <summary>What one user may store, in bytes; null: no limit.</summary>
    public required long? QuotaBytes { get; init; }

    /// <summary>Most pixels of a picture's frame; larger pictures are refused before anybody decodes them.</summary>
    public long MaxPixels { get; init; } = 500_000_000;
}
