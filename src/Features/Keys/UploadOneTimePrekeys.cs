using Chatalot.Features.Accounts;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;

namespace Chatalot.Features.Keys;

/// <summary>
/// POST /api/keys/prekeys/one-time: more one-time prekeys, as a bare list. A number that is stored already gets the new
/// key and waits to be handed out again; the same key once more changes nothing, so an upload may be repeated.
/// </summary>
internal sealed class UploadOneTimePrekeys(IDocumentStore store, TimeProvider clock)
    : Endpoint<IReadOnlyList<OneTimePrekey>>
{
    /// <summary>Unused one-time prekeys that are kept for one user.</summary>
    internal const int LargestPool = 500;

    private static readonly Failure TooMany = Failure.Validation($"maximum {LargestPool} unused one-time prekeys");

    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/keys/prekeys/one-time");
        Summary("Upload one-time prekeys");
    }

    /// <inheritdoc/>
    public override async Task<object?> ExecuteAsync(IReadOnlyList<OneTimePrekey> prekeys, CancellationToken ct)
    {
        if (KeyRules.Check(prekeys) is { } refusal)
            throw refusal.AsException();
        await using var documents = store.LightweightSession();
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        // Two uploads at once must not grow the pool beyond its limit; the owner may be told again when it runs low.
        await connection.ExecuteAsync("update identity_keys set low_told_at = null where user_id = $1", ct, User.Id());
        KeyStorage.QueueOneTimePrekeys(documents, User.Id(), prekeys, clock.GetUtcNow());
        await documents.SaveChangesAsync(ct);
        var unused = await connection.FirstAsync(
            "select count(*)::int from one_time_prekeys where user_id = $1 and used_at is null",
            row => row.GetInt32(0),
            ct,
            User.Id()
        );
        if (unused > LargestPool)
            throw TooMany.AsException();
        await transaction.CommitAsync(CancellationToken.None);
        return null;
    }
}
