using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Features.Frames;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Groups;

/// <summary>POST /api/groups/{id}/leave: end the caller's membership in the group and in all of its channels.</summary>
internal sealed class LeaveGroup(NpgsqlDataSource database, ChannelMembership membership, SpaceNews news)
    : Endpoint<LeaveGroup.Command>
{
    public sealed record Command(Guid Id);

    public override void Configure()
    {
        Post("/api/groups/{id}/leave");
        Summary("Leave a group", 403);
    }

    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await connection.LockMembershipsAsync(User.Id(), ct);
        var communityId = await connection.FirstAsync(
            "select community_id from mt_doc_group where id = $1 for share",
            row => row.GetGuid(0),
            ct,
            command.Id
        );
        var role = await connection.FirstAsync(
            "select role from group_members where group_id = $1 and user_id = $2",
            row => row.GetRole(0),
            ct,
            command.Id,
            User.Id()
        );
        if (Refusal(role) is { } refusal)
            throw refusal.AsException();
        var left = await connection.LeaveGroupsAsync(User.Id(), [command.Id], ct);
        await connection.RevokeGroupInvitesAsync(communityId, User.Id(), ct);
        var remaining = await Audience.OfGroupMembersAsync(connection, command.Id, ct);
        await transaction.CommitAsync(CancellationToken.None);

        await membership.LostAsync(left.Channels, User.Id());
        news.TellPerson(User.Id(), new GroupDeletedFrame(command.Id));
        news.TellPeople(remaining, new MemberLeftFrame(CommunityId: null, command.Id, ChannelId: null, User.Id()));
        return null;
    }

    internal static Failure? Refusal(SpaceRole? role) =>
        role switch
        {
            null => Failure.Forbidden,
            SpaceRole.Owner => Failure.Validation("owner cannot leave; transfer ownership or delete the group instead"),
            _ => null,
        };
}
