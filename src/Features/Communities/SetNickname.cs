using Chatalot.Features.Accounts;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Postgres;
using FluentValidation;
using Npgsql;

namespace Chatalot.Features.Communities;

/// <summary>
/// PUT /api/communities/{cid}/members/{uid}/nickname: set or clear a name in the community. One's own; others' for
/// admins and above. For somebody who is no member it does nothing.
/// </summary>
internal sealed class SetNickname(
    CommunityGate communities,
    NpgsqlDataSource database,
    SpaceNews news,
    TimeProvider clock
) : Endpoint<SetNickname.Command>
{
    public sealed record Command(Guid Cid, Guid Uid, string? Nickname);

    public sealed class Rules : Validator<Command>
    {
        public Rules() =>
            RuleFor(c => c.Nickname)
                .Must(nickname => nickname.Trimmed() is null || TextRules.IsName(nickname))
                .WithMessage("nickname must be 1-64 characters");
    }

    public override void Configure()
    {
        Put("/api/communities/{cid}/members/{uid}/nickname");
        Summary("Set a nickname", 403, 404);
        DontThrowIfValidationFails();
    }

    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        var isOwn = command.Uid == User.Id();
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await communities.RequireAsync(
            connection,
            command.Cid,
            User.Id(),
            isOwn ? CommunityAction.View : CommunityAction.RenameOthers,
            ct
        );
        ThrowIfAnyErrors();
        var changed = await connection.ExecuteAsync(
            """
            update community_members set nickname = $3
            where community_id = $1 and user_id = $2 and nickname is distinct from $3
            """,
            ct,
            command.Cid,
            command.Uid,
            command.Nickname.Trimmed()
        );
        if (changed == 0)
            return null;
        if (!isOwn)
            await new Act("nickname_changed") { CommunityId = command.Cid, TargetId = command.Uid }.RecordAsync(
                connection,
                HttpContext,
                clock.GetUtcNow(),
                ct
            );
        var changes = await CommunityMemberNews.ReadAsync(connection, command.Cid, [command.Uid], ct);
        await transaction.CommitAsync(CancellationToken.None);

        changes.TellBy(news);
        return null;
    }
}
