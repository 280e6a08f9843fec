using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Features.Frames;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;

namespace Chatalot.Features.Groups;

/// <summary>POST /api/groups/{id}/transfer-ownership: make another member the owner of a regular group.</summary>
internal sealed class TransferGroup(
    GroupGate groups,
    IDocumentSession documents,
    ChannelMembership membership,
    SpaceNews news,
    TimeProvider clock
) : Endpoint<TransferGroup.Command>
{
    public sealed record Command(Guid Id, Guid NewOwnerId);

    public override void Configure()
    {
        Post("/api/groups/{id}/transfer-ownership");
        Summary("Transfer a group", 403, 404);
    }

    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await Ownership.LockAsync(connection, Ownership.Space.Group, command.Id, ct);
        var standing = await groups.FindAsync(connection, command.Id, User.Id(), ct);
        if (Refusal(standing) is { } refusal)
            throw refusal.AsException();

        var previous = await Ownership.MoveAsync(connection, Ownership.Space.Group, command.Id, command.NewOwnerId, ct);
        var group = await documents.LoadAsync<Group>(command.Id, ct) ?? throw GroupGate.NotFound.AsException();
        documents.Update(group with { OwnerId = command.NewOwnerId, UpdatedAt = clock.GetUtcNow() });
        (GroupNews.About("group_transferred", group) with { TargetId = command.NewOwnerId }).Queue(
            documents,
            HttpContext,
            clock.GetUtcNow()
        );
        await documents.SaveChangesAsync(ct);
        var members = await Audience.OfGroupMembersAsync(connection, group.Id, ct);
        await transaction.CommitAsync(CancellationToken.None);

        if (previous is { } previousId && previousId != command.NewOwnerId)
            await AnnounceAsync(group.Id, previousId, SpaceRole.Admin, members);
        await AnnounceAsync(group.Id, command.NewOwnerId, SpaceRole.Owner, members);
        return null;
    }

    private async Task AnnounceAsync(Guid groupId, Guid userId, SpaceRole role, List<Guid> members)
    {
        await membership.GroupRoleChangedAsync(groupId, userId);
        news.TellPeople(members, new GroupMemberUpdatedFrame(groupId, userId, role.Word()));
    }

    private static Failure? Refusal(GroupStanding standing) =>
        standing is { MayKnow: true, IsPersonal: true }
            ? Failure.Validation("cannot transfer ownership of a personal group")
            : standing.Refusal(GroupAction.TransferOwnership);
}
