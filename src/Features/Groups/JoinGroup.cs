using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Features.Frames;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Npgsql;

namespace Chatalot.Features.Groups;

/// <summary>
/// POST /api/groups/{id}/join: become a member of a public group and its discoverable channels; for members of the
/// community, and the instance owner. Repeating it joins channels that are new since.
/// </summary>
internal sealed class JoinGroup(
    GroupGate groups,
    NpgsqlDataSource database,
    ChannelMembership membership,
    SpaceNews news,
    TimeProvider clock
) : Endpoint<JoinGroup.Command>
{
    public sealed record Command(Guid Id);

    public override void Configure()
    {
        Post("/api/groups/{id}/join");
        Summary("Join a public group", 403, 404);
    }

    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await connection.LockMembershipsAsync(User.Id(), ct);
        var standing = await groups.FindAsync(connection, command.Id, User.Id(), ct);
        if (Refusal(standing) is { } refusal)
            throw refusal.AsException();
        var joined = await connection.JoinGroupsAsync(User.Id(), [command.Id], clock.GetUtcNow(), ct);
        var members = await Audience.OfGroupMembersAsync(connection, command.Id, ct);
        await transaction.CommitAsync(CancellationToken.None);

        await membership.GainedAsync(joined, User.Id());
        if (standing.Row is null)
            news.TellPeople(members, new MemberJoinedFrame(CommunityId: null, command.Id, ChannelId: null, User.Id()));
        return null;
    }

    internal static Failure? Refusal(GroupStanding standing) =>
        standing.Row is not null ? null
        : !standing.MayKnow ? GroupGate.NotFound
        : standing.IsPublic ? null
        : Failure.Forbidden;
}
