using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Features.Users;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.DirectMessages;

/// <summary>
/// GET /api/dms: the caller's direct channels, the newest first, at most 1000; empty and blocked ones too, for what was
/// said stays readable.
/// </summary>
internal sealed class ListDirectMessages(NpgsqlDataSource database)
    : EndpointWithoutRequest<IReadOnlyList<DmChannelResponse>>
{
    public override void Configure()
    {
        Get("/api/dms");
        Summary("List direct-message channels");
    }

    public override async Task<IReadOnlyList<DmChannelResponse>> ExecuteAsync(CancellationToken ct) =>
        await database.ListAsync(
            $"""
            select channel.data, other.data, {Acquaintances.AreMates("$1", "other.id")}
            from dm_pairs pair
            join mt_doc_channel channel on channel.id = pair.channel_id
            join mt_doc_user other on other.id = case when pair.user_a = $1 then pair.user_b else pair.user_a end
            where pair.user_a = $1 or pair.user_b = $1
            order by pair.created_at desc, pair.channel_id desc
            limit 1000
            """,
            row =>
                DmChannelResponse.From(
                    row.GetDocument(0, ChannelDocuments.Json),
                    row.GetDocument(1, AccountDocuments.Json),
                    row.GetBoolean(2)
                ),
            ct,
            User.Id()
        );
}
