using Chatalot.Features.Accounts;
using Chatalot.Features.Frames;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Channels;

/// <summary>POST /api/channels/{id}/leave: end the caller's membership. Without one it does nothing.</summary>
internal sealed class LeaveChannel(NpgsqlDataSource database, ChannelMembership membership, SpaceNews news)
    : Endpoint<LeaveChannel.Command>
{
    public sealed record Command(Guid Id);

    public override void Configure()
    {
        Post("/api/channels/{id}/leave");
        Summary("Leave a channel");
    }

    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        var removed = await database.FirstAsync(
            """
            delete from channel_members member using mt_doc_channel channel
            where member.channel_id = $1 and member.user_id = $2 and member.role <> 3
              and channel.id = member.channel_id and channel.data ->> 'type' <> 'dm'
            returning true
            """,
            row => row.GetBoolean(0),
            ct,
            command.Id,
            User.Id()
        );
        if (removed)
        {
            await membership.LostAsync([command.Id], User.Id());
            news.TellSubscribers(
                command.Id,
                new MemberLeftFrame(CommunityId: null, GroupId: null, command.Id, User.Id())
            );
            // The person's other devices drop it.
            news.TellPerson(User.Id(), new ChannelDeletedFrame(command.Id));
        }
        else if (await RoleAsync(command.Id, ct) is { } role)
            throw Refusal(role).AsException();
        return null;
    }

    /// <summary>A direct message that one of the two could leave would swallow what the other one writes.</summary>
    private static Failure Refusal(SpaceRole role) =>
        Failure.Validation(
            role is SpaceRole.Owner
                ? "owner cannot leave; transfer ownership or delete the channel instead"
                : "direct messages cannot be left"
        );

    private Task<SpaceRole?> RoleAsync(Guid channelId, CancellationToken ct) =>
        database.FirstAsync(
            "select role from channel_members where channel_id = $1 and user_id = $2",
            row => row.GetRole(0),
            ct,
            channelId,
            User.Id()
        );
}
