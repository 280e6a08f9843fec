using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Moderation;

/// <summary>
/// POST /api/channels/{id}/members/{user_id}/ban: end somebody's membership in the channel and keep them out. Channel
/// moderators and above, on whom they outrank.
/// </summary>
internal sealed class BanFromChannel(ChannelRemoval removal, TimeProvider clock) : Endpoint<BanFromChannel.Command>
{
    public sealed record Command(Guid Id, Guid UserId, string? Reason);

    public sealed class Rules : Validator<Command>
    {
        public Rules() =>
            RuleFor(c => c.Reason).Text(Reasons.LongestOfBan, "ban reason must be at most 500 characters");
    }

    public override void Configure()
    {
        Post("/api/channels/{id}/members/{user_id}/ban");
        Summary("Ban a member from a channel", 403, 404);
    }

    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        var reason = command.Reason.Trimmed();
        await removal.RemoveAsync(
            HttpContext,
            new Act("channel_ban")
            {
                ChannelId = command.Id,
                TargetId = command.UserId,
                Reason = reason,
            },
            RemovalKind.Ban,
            connection => InsertAsync(connection, command, reason, ct),
            ct
        );
        return null;
    }

    private Task<int> InsertAsync(NpgsqlConnection connection, Command command, string? reason, CancellationToken ct) =>
        connection.ExecuteAsync(
            """
            insert into channel_bans (channel_id, user_id, reason, banned_by, banned_at) values ($1, $2, $3, $4, $5)
            on conflict do nothing
            """,
            ct,
            command.Id,
            command.UserId,
            reason,
            User.Id(),
            clock.GetUtcNow()
        );
}
