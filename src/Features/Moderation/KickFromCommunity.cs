using Chatalot.Features.Accounts;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;

namespace Chatalot.Features.Moderation;

/// <summary>
/// DELETE /api/communities/{cid}/members/{uid}: end somebody's membership in the community, its groups and their
/// channels. Moderators and above, on whom they outrank.
/// </summary>
internal sealed class KickFromCommunity(CommunityGate communities, CommunityRemoval removal)
    : Endpoint<KickFromCommunity.Command>
{
    public sealed record Command(Guid Cid, Guid Uid);

    public override void Configure()
    {
        Delete("/api/communities/{cid}/members/{uid}");
        Summary("Kick a member from a community", 403, 404);
    }

    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        if (command.Uid == User.Id())
        {
            await communities.RequireAsync(command.Cid, User.Id(), CommunityAction.RemoveMember, ct);
            throw Failure.Validation("you cannot kick yourself; use leave instead").AsException();
        }
        await removal.RemoveAsync(
            HttpContext,
            new Act("community_kick") { CommunityId = command.Cid, TargetId = command.Uid },
            (actor, target) => target.Row is null ? Failure.NotFound("member not found") : target.Refusal(actor),
            alongside: null,
            ct
        );
        return null;
    }
}
