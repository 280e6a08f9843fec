using Chatalot.Features.Accounts;
using Chatalot.Features.Frames;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Channels;

/// <summary>
/// POST /api/channels/{id}/join: become a member. Standalone channels when they are discoverable; channels of a group
/// for its members. Repeating it changes nothing.
/// </summary>
internal sealed class JoinChannel(
    ChannelGate channels,
    NpgsqlDataSource database,
    ChannelMembership membership,
    SpaceNews news,
    TimeProvider clock
) : Endpoint<JoinChannel.Command>
{
    public sealed record Command(Guid Id);

    public override void Configure()
    {
        Post("/api/channels/{id}/join");
        Summary("Join a channel", 403, 404);
    }

    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await connection.LockMembershipsAsync(User.Id(), ct);
        // A ban or a deletion that is under way ends first, and is then seen below.
        await connection.ExecuteAsync("select from mt_doc_channel where id = $1 for share", ct, command.Id);
        var relation = await channels.FindAsync(connection, command.Id, User.Id(), ct);
        if (relation.RefusalToJoin is { } refusal)
            throw refusal.AsException();
        var added = await connection.ExecuteAsync(
            """
            insert into channel_members (channel_id, user_id, role, joined_at) values ($1, $2, 0, $3)
            on conflict do nothing
            """,
            ct,
            command.Id,
            User.Id(),
            clock.GetUtcNow()
        );
        await transaction.CommitAsync(CancellationToken.None);

        if (added == 0)
            return null;
        await membership.GainedAsync([command.Id], User.Id());
        news.TellSubscribers(
            command.Id,
            new MemberJoinedFrame(CommunityId: null, GroupId: null, command.Id, User.Id())
        );
        return null;
    }
}
