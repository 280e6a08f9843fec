using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Features.Frames;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Communities;

/// <summary>
/// POST /api/communities/{cid}/leave: end the caller's membership in the community, its groups and their channels. The
/// stored owner stays, whatever they are on the instance.
/// </summary>
internal sealed class LeaveCommunity(
    CommunityGate communities,
    NpgsqlDataSource database,
    ChannelMembership membership,
    SpaceNews news
) : Endpoint<LeaveCommunity.Command>
{
    public sealed record Command(Guid Cid);

    public override void Configure()
    {
        Post("/api/communities/{cid}/leave");
        Summary("Leave a community", 403, 404);
    }

    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await connection.LockMembershipsAsync(User.Id(), ct);
        await connection.ExecuteAsync("select from mt_doc_community where id = $1 for share", ct, command.Cid);
        var standing = await communities.RequireAsync(connection, command.Cid, User.Id(), CommunityAction.View, ct);
        if (standing.Row is SpaceRole.Owner)
            throw Failure
                .Validation("owner cannot leave; transfer ownership or delete the community instead")
                .AsException();

        var left = await connection.RemoveFromCommunityAsync(command.Cid, User.Id(), ct);
        var remaining = await Audience.OfCommunityAsync(connection, command.Cid, ct);
        await transaction.CommitAsync(CancellationToken.None);

        await membership.LostAsync(left.Channels, User.Id());
        if (standing.Row is null)
            return null;
        foreach (var groupId in left.Groups)
            news.TellPerson(User.Id(), new GroupDeletedFrame(groupId));
        news.TellPerson(User.Id(), new CommunityDeletedFrame(command.Cid));
        news.TellPeople(remaining, new MemberLeftFrame(command.Cid, GroupId: null, ChannelId: null, User.Id()));
        return null;
    }
}
