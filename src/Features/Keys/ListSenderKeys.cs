using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Keys;

/// <summary>
/// GET /api/channels/{id}/sender-keys: the sender keys of all members, the caller's own too, the oldest first.
/// </summary>
internal sealed class ListSenderKeys(ChannelGate channels, NpgsqlDataSource database)
    : Endpoint<ListSenderKeys.Query, IReadOnlyList<SenderKeyResponse>>
{
    /// <summary>
    /// More members with keys than that have no use for one list; clients look for the sender they just met.
    /// </summary>
    private const int LongestList = 10_000;

    /// <param name="Id">The channel.</param>
    public sealed record Query(Guid Id);

    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/channels/{id}/sender-keys");
        Summary("List a channel's sender keys", 403, 404);
    }

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<SenderKeyResponse>> ExecuteAsync(Query query, CancellationToken ct)
    {
        await channels.RequireMemberAsync(query.Id, User.Id(), ct);
        return await database.ListAsync(
            $"select {SenderKeyResponse.Columns} from sender_keys where channel_id = $1 order by created_at, user_id limit $2",
            SenderKeyResponse.Read,
            ct,
            query.Id,
            LongestList
        );
    }
}
