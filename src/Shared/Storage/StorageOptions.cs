namespace Chatalot.Shared.Storage;

/// <summary>Where bytes are kept.</summary>
public sealed record StorageOptions
{
    /// <summary>Folder of originals: uploaded files and pictures, and nothing else.</summary>
    public required string Root { get; init; }

    /// <summary>
    /// Folder of what can be made or sent again: uploads under way, thumbnails. Best on the file system of
    /// <see cref="Root"/>, where finished uploads need not be copied.
    /// </summary>
    public required string CacheRoot { get; init; }

    /// <summary>Bytes that must stay free on the disks of both folders.</summary>
    public long MinFreeBytes { get; init; }
}
