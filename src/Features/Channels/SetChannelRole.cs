using System.Text.Json.Nodes;
using Chatalot.Features.Accounts;
using Chatalot.Features.Frames;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using FluentValidation;
using Npgsql;

namespace Chatalot.Features.Channels;

/// <summary>
/// PATCH /api/channels/{id}/members/{user_id}/role: make a member a moderator or a member again, which admins may, or
/// an admin, which the owner may; instance owner and admins too. Only on whom they outrank.
/// </summary>
internal sealed class SetChannelRole(
    ChannelGate channels,
    NpgsqlDataSource database,
    ChannelMembership membership,
    SpaceNews news,
    TimeProvider clock
) : Endpoint<SetChannelRole.Command>
{
    public sealed record Command(Guid Id, Guid UserId, string Role);

    public sealed class Rules : Validator<Command>
    {
        public Rules() =>
            RuleFor(c => c.Role)
                .Must(role => SpaceRoles.ParseAssignable(role) is not null)
                .WithMessage("role must be 'admin', 'moderator', or 'member'");
    }

    public override void Configure()
    {
        Patch("/api/channels/{id}/members/{user_id}/role");
        Summary("Set a channel role", 403, 404);
        DontThrowIfValidationFails();
    }

    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await Ownership.LockAsync(connection, Ownership.Space.Channel, command.Id, ct);
        var actor = await channels.FindAsync(connection, command.Id, User.Id(), ct);
        if (actor.RefusalTo(ChannelAction.SetRole) is { } refusal)
            throw refusal.AsException();
        if (command.UserId == User.Id())
            throw Failure.Validation("cannot change your own role").AsException();
        ThrowIfAnyErrors();
        var target = await channels.FindOtherAsync(connection, command.Id, command.UserId, ct);
        var role = SpaceRoles.ParseAssignable(command.Role)!.Value;
        if (Refusal(actor, target, role) is { } protectedBy)
            throw protectedBy.AsException();

        await connection.ExecuteAsync(
            "update channel_members set role = $3 where channel_id = $1 and user_id = $2",
            ct,
            command.Id,
            command.UserId,
            (short)role
        );
        await (
            ChannelNews.About("channel_role_changed", actor.Channel) with
            {
                TargetId = command.UserId,
                Facts = new JsonObject { ["from"] = target.Row!.Value.Word(), ["to"] = role.Word() },
            }
        ).RecordAsync(connection, HttpContext, clock.GetUtcNow(), ct);
        await transaction.CommitAsync(CancellationToken.None);

        await membership.ChannelRoleChangedAsync(command.Id, command.UserId);
        news.TellSubscribers(command.Id, new MemberRoleUpdatedFrame(command.Id, command.UserId, role.Word()));
        return null;
    }

    /// <summary>
    /// Why this role cannot be given, or null. Compared are stored roles: what the target is on the instance or in the
    /// community stays as it is.
    /// </summary>
    internal static Failure? Refusal(ChannelRelation actor, ChannelRelation target, SpaceRole role) =>
        target.Row is not { } row ? Failure.NotFound("member not found")
        : row is SpaceRole.Owner ? Failure.Validation("cannot change the owner's role; use transfer-ownership instead")
        : !Level.Outranks(actor.Authority, Level.Of(row)) ? Failure.Forbidden
        : role is SpaceRole.Admin && !PermissionMatrix.Allows(ChannelAction.GrantAdmin, actor.Authority)
            ? Failure.Forbidden
        : null;
}
