using Chatalot.Shared.Errors;

namespace Chatalot.Shared.Storage;

/// <summary>What callers are told when bytes cannot be kept or fetched.</summary>
internal static class StorageFailures
{
    /// <summary>Web clients repeat by themselves.</summary>
    public static Failure Unavailable { get; } =
        new(503, "storage_unavailable", "the file store is not available, please try again") { RetryAfterSeconds = 5 };

    public static Failure DiskFull { get; } =
        new(507, "insufficient_storage", "the server's disk is full, please try again later");

    public static Failure StoreFull { get; } =
        new(507, "insufficient_storage", "the file store is full, please try again later");
}
