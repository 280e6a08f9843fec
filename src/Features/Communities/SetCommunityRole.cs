using System.Text.Json.Nodes;
using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using FluentValidation;
using Npgsql;

namespace Chatalot.Features.Communities;

/// <summary>
/// PUT /api/communities/{cid}/members/{uid}/role: make a member a moderator or a member again, which admins may, or an
/// admin, which the owner may; instance owner and admins too. Only on whom they outrank.
/// </summary>
internal sealed class SetCommunityRole(
    CommunityGate communities,
    NpgsqlDataSource database,
    ChannelMembership membership,
    SpaceNews news,
    TimeProvider clock
) : Endpoint<SetCommunityRole.Command>
{
    public sealed record Command(Guid Cid, Guid Uid, string Role);

    public sealed class Rules : Validator<Command>
    {
        public Rules() =>
            RuleFor(c => c.Role)
                .Must(role => SpaceRoles.ParseAssignable(role) is not null)
                .WithMessage("role must be member, moderator, or admin");
    }

    public override void Configure()
    {
        Put("/api/communities/{cid}/members/{uid}/role");
        Summary("Set a community role", 403, 404);
        DontThrowIfValidationFails();
    }

    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await Ownership.LockAsync(connection, Ownership.Space.Community, command.Cid, ct);
        var actor = await communities.RequireAsync(connection, command.Cid, User.Id(), CommunityAction.SetRole, ct);
        if (command.Uid == User.Id())
            throw Failure.Validation("you cannot change your own role").AsException();
        ThrowIfAnyErrors();
        var role = SpaceRoles.ParseAssignable(command.Role)!.Value;
        var present = await connection.FirstAsync(
            "select role from community_members where community_id = $1 and user_id = $2 for update",
            row => row.GetRole(0),
            ct,
            command.Cid,
            command.Uid
        );
        if (Refusal(actor.Level, present, role) is { } refusal)
            throw refusal.AsException();

        await connection.ExecuteAsync(
            "update community_members set role = $3 where community_id = $1 and user_id = $2",
            ct,
            command.Cid,
            command.Uid,
            (short)role
        );
        if (!actor.WhoCanCreateInvites.IsSatisfiedBy(Level.Of(role)))
            await connection.RevokeInvitesAsync(command.Cid, command.Uid, ct);
        await connection.RevokeGroupInvitesAsync(command.Cid, command.Uid, ct);
        await new Act("community_role_changed")
        {
            CommunityId = command.Cid,
            TargetId = command.Uid,
            Facts = new JsonObject { ["from"] = present!.Value.Word(), ["to"] = role.Word() },
        }.RecordAsync(connection, HttpContext, clock.GetUtcNow(), ct);
        var changes = await CommunityMemberNews.ReadAsync(connection, command.Cid, [command.Uid], ct);
        await transaction.CommitAsync(CancellationToken.None);

        await membership.CommunityRoleChangedAsync(command.Cid, command.Uid);
        changes.TellBy(news);
        return null;
    }

    /// <summary>
    /// Why this role cannot be given, or null. Compared is the stored role: the instance's own stay as they are.
    /// </summary>
    internal static Failure? Refusal(int actorLevel, SpaceRole? present, SpaceRole role) =>
        present is null ? Failure.NotFound("member not found")
        : present is SpaceRole.Owner
            ? Failure.Validation("cannot change the owner's role; use transfer-ownership instead")
        : !Level.Outranks(actorLevel, Level.Of(present)) ? Failure.Forbidden
        : role is SpaceRole.Admin && !PermissionMatrix.Allows(CommunityAction.GrantAdmin, actorLevel)
            ? Failure.Forbidden
        : null;
}
