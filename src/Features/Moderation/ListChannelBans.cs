using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Moderation;

/// <summary>GET /api/channels/{id}/bans: who is kept out, the newest 500. Channel moderators and above.</summary>
internal sealed class ListChannelBans(ChannelGate channels, NpgsqlDataSource database)
    : Endpoint<ListChannelBans.Query, IReadOnlyList<ChannelBanResponse>>
{
    public sealed record Query(Guid Id);

    public override void Configure()
    {
        Get("/api/channels/{id}/bans");
        Summary("List a channel's bans", 403, 404);
    }

    public override async Task<IReadOnlyList<ChannelBanResponse>> ExecuteAsync(Query query, CancellationToken ct)
    {
        var relation = await channels.FindAsync(query.Id, User.Id(), ct);
        if (relation.RefusalTo(ChannelAction.LiftBan) is { } refusal)
            throw refusal.AsException();
        return await database.ListAsync(
            """
            select account.id, account.data ->> 'username', account.data ->> 'display_name', ban.reason, ban.banned_at
            from channel_bans ban
            join mt_doc_user account on account.id = ban.user_id
            where ban.channel_id = $1
            order by ban.banned_at desc, account.id
            limit 500
            """,
            row => new ChannelBanResponse(
                row.GetGuid(0),
                row.GetString(1),
                row.GetString(2),
                row.GetText(3),
                row.GetFieldValue<DateTimeOffset>(4)
            ),
            ct,
            query.Id
        );
    }
}

/// <summary>Somebody who is kept out of a channel.</summary>
/// <param name="UserId">The account.</param>
/// <param name="Username">Its unique name.</param>
/// <param name="DisplayName">Its name for people.</param>
/// <param name="Reason">Why, if one was given.</param>
/// <param name="CreatedAt">Since when.</param>
public sealed record ChannelBanResponse(
    Guid UserId,
    string Username,
    string DisplayName,
    string? Reason,
    DateTimeOffset CreatedAt
);
