using Microsoft.AspNetCore.Http;

namespace Chatalot.Shared.Storage;

/// <summary>
/// Keeps originals by key, a relative path of safe segments such as <c>files/1f/…</c>. A key holds one content for
/// ever: new content gets a new key.
/// </summary>
public interface IBlobStorage
{
    /// <summary>Takes the draft's bytes over, all or nothing; they survive a power cut once this returns.</summary>
    Task StoreAsync(string key, Draft draft, CancellationToken ct);

    /// <summary>What is kept under the key, or null.</summary>
    ValueTask<Blob?> FindAsync(string key, CancellationToken ct);

    /// <summary>Removes what is kept under the key, if there is anything.</summary>
    Task DeleteAsync(string key, CancellationToken ct);

    /// <summary>Everything that is kept. Walks the whole store: for maintenance only.</summary>
    IAsyncEnumerable<BlobEntry> ListAsync(CancellationToken ct);

    /// <summary>
    /// Removes what no record points at. Where records may turn out to be the wrong ones, it can be brought back for a
    /// while: from a folder of the day, or from the versions of a bucket.
    /// </summary>
    Task DiscardAsync(string key, DateTimeOffset now, CancellationToken ct);

    /// <summary>Ends that while for what was discarded before a time.</summary>
    Task EmptyTrashAsync(DateTimeOffset before, CancellationToken ct);

    /// <summary>Null when bytes can be stored, else what is in the way. Writes something small.</summary>
    Task<StorageProblem?> FindProblemAsync(CancellationToken ct);
}

/// <summary>Why nothing can be stored.</summary>
/// <param name="Reason">For operators, without anything secret.</param>
/// <param name="IsLasting">Waiting does not help: the configuration must change.</param>
public sealed record StorageProblem(string Reason, bool IsLasting);

/// <summary>Stored bytes.</summary>
public abstract class Blob
{
    /// <summary>Bytes.</summary>
    public required long Length { get; init; }

    /// <summary>When they were stored.</summary>
    public required DateTimeOffset StoredAt { get; init; }

    /// <summary>Reads all of it from the start; the caller disposes the stream.</summary>
    public abstract Task<Stream> OpenAsync(CancellationToken ct);

    /// <summary>Sends a part of it as the body of a response, without holding it in memory.</summary>
    public abstract Task SendAsync(HttpResponse response, long offset, long count, CancellationToken ct);
}

/// <summary>One entry of the store, for maintenance.</summary>
/// <param name="Key">The key.</param>
/// <param name="Length">Bytes.</param>
/// <param name="StoredAt">When it was stored.</param>
public readonly record struct BlobEntry(string Key, long Length, DateTimeOffset StoredAt);
