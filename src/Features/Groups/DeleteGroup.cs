using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Features.Frames;
using Chatalot.Features.Pictures;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Groups;

/// <summary>
/// DELETE /api/groups/{id}: delete a group with its channels. A regular group: its owner, and the community's owner. A
/// personal one: who made it, community moderators, the instance owner.
/// </summary>
internal sealed class DeleteGroup(
    GroupGate groups,
    NpgsqlDataSource database,
    ChannelMembership membership,
    SpacePictures pictures,
    SpaceNews news,
    TimeProvider clock
) : Endpoint<DeleteGroup.Command>
{
    public sealed record Command(Guid Id);

    public override void Configure()
    {
        Delete("/api/groups/{id}");
        Summary("Delete a group with its channels, their messages and files", 403, 404);
    }

    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var group = await connection.FirstAsync(
            "select data from mt_doc_group where id = $1 for update",
            row => row.GetDocument(0, GroupDocuments.Json),
            ct,
            command.Id
        );
        var standing = await groups.FindAsync(connection, command.Id, User.Id(), ct);
        if (Refusal(standing, isCreator: group?.OwnerId == User.Id()) is { } refusal)
            throw refusal.AsException();
        if (group is null)
            throw GroupGate.NotFound.AsException();
        var audience = await Audience.OfGroupAsync(connection, command.Id, ct);
        var shown = await SpacePictures.FindAsync(connection, command.Id, ct);

        var channels = await connection.ListAsync(
            "delete from mt_doc_channel where group_id = $1 returning id",
            row => row.GetGuid(0),
            ct,
            command.Id
        );
        await connection.ExecuteAsync("delete from mt_doc_group where id = $1", ct, command.Id);
        await GroupNews.About("group_deleted", group).RecordAsync(connection, HttpContext, clock.GetUtcNow(), ct);
        await transaction.CommitAsync(CancellationToken.None);

        await membership.ClosedAsync(channels);
        news.TellPeople(audience, new GroupDeletedFrame(command.Id));
        await pictures.DeleteAsync(shown);
        return null;
    }

    internal static Failure? Refusal(GroupStanding standing, bool isCreator)
    {
        var allowed = standing.IsPersonal
            ? isCreator || standing.ModeratesCommunity
            : standing.CommunityRow is SpaceRole.Owner || PermissionMatrix.Allows(GroupAction.Delete, standing.Role);
        return allowed ? null
            : standing.MayKnow ? Failure.Forbidden
            : GroupGate.NotFound;
    }
}
