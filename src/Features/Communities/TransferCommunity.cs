using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;

namespace Chatalot.Features.Communities;

/// <summary>
/// POST /api/communities/{cid}/transfer-ownership: make another member the owner; whoever owned it becomes an admin.
/// Owner, instance owner and admins.
/// </summary>
internal sealed class TransferCommunity(
    CommunityGate communities,
    IDocumentSession documents,
    ChannelMembership membership,
    SpaceNews news,
    TimeProvider clock
) : Endpoint<TransferCommunity.Command>
{
    public sealed record Command(Guid Cid, Guid NewOwnerId);

    public override void Configure()
    {
        Post("/api/communities/{cid}/transfer-ownership");
        Summary("Transfer a community", 403, 404);
    }

    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await Ownership.LockAsync(connection, Ownership.Space.Community, command.Cid, ct);
        await communities.RequireAsync(connection, command.Cid, User.Id(), CommunityAction.TransferOwnership, ct);
        var previous = await Ownership.MoveAsync(
            connection,
            Ownership.Space.Community,
            command.Cid,
            command.NewOwnerId,
            ct
        );
        var community =
            await documents.LoadAsync<Community>(command.Cid, ct) ?? throw CommunityGate.NotFound.AsException();
        documents.Update(community with { OwnerId = command.NewOwnerId, UpdatedAt = clock.GetUtcNow() });
        new Act("community_transferred") { CommunityId = command.Cid, TargetId = command.NewOwnerId }.Queue(
            documents,
            HttpContext,
            clock.GetUtcNow()
        );
        await documents.SaveChangesAsync(ct);
        var changes = await CommunityMemberNews.ReadAsync(
            connection,
            command.Cid,
            [previous ?? command.NewOwnerId, command.NewOwnerId],
            ct
        );
        await transaction.CommitAsync(CancellationToken.None);

        if (previous is { } previousId)
            await membership.CommunityRoleChangedAsync(command.Cid, previousId);
        await membership.CommunityRoleChangedAsync(command.Cid, command.NewOwnerId);
        changes.TellBy(news);
        return null;
    }
}
