using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Pins;

/// <summary>
/// GET /api/channels/{channel_id}/pins: the channel's pinned messages, the latest pin first. Members only.
/// </summary>
internal sealed class ListPins(ChannelAccess access, NpgsqlDataSource database)
    : Endpoint<ListPins.Query, IReadOnlyList<PinResponse>>
{
    public sealed record Query(Guid ChannelId);

    public override void Configure()
    {
        Get("/api/channels/{channel_id}/pins");
        Summary("List pinned messages", 403);
    }

    public override async Task<IReadOnlyList<PinResponse>> ExecuteAsync(Query query, CancellationToken ct)
    {
        if (await access.FindAsync(query.ChannelId, User.Id(), ct) is null)
            throw Failure.Forbidden.AsException();
        return await database.ListAsync(PinResponse.Sql, PinResponse.From, ct, query.ChannelId);
    }
}
