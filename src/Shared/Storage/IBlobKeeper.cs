namespace Chatalot.Shared.Storage;

/// <summary>
/// Speaks for a part of the store: whatever is there and not among its keys may be removed once it is old enough. What
/// nobody speaks for is never removed, so a feature that forgets to register loses nothing. Registered by each feature
/// that stores something; all of them count.
/// </summary>
public interface IBlobKeeper
{
    /// <summary>Whether this keeper knows of everything below a first folder, such as <c>avatars</c>.</summary>
    bool SpeaksFor(string folder);

    /// <summary>Every key that something stored points at. May be long; a key may come twice.</summary>
    IAsyncEnumerable<string> KeysAsync(CancellationToken ct);

    /// <summary>
    /// Those of the keys whose file is only about to be made: it is not missed. Read after <see cref="KeysAsync"/>.
    /// </summary>
    IAsyncEnumerable<string> UnwrittenKeysAsync(CancellationToken ct) => AsyncEnumerable.Empty<string>();
}
