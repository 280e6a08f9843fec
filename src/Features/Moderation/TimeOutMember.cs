using System.Text.Json.Nodes;
using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Features.Frames;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using FluentValidation;
using Npgsql;

namespace Chatalot.Features.Moderation;

/// <summary>
/// POST /api/communities/{cid}/channels/{chid}/timeout: let a member write nothing in the channel for a while.
/// Community moderators and above, on whom they outrank. A new timeout takes the place of the old one, unless somebody
/// above the caller issued that: else a short one of their own would lift it.
/// </summary>
internal sealed class TimeOutMember(
    Discipline discipline,
    NpgsqlDataSource database,
    ChannelMembership membership,
    SpaceNews news,
    TimeProvider clock
) : Endpoint<TimeOutMember.Command, TimeoutResponse>
{
    public sealed record Command(Guid Cid, Guid Chid, Guid UserId, int DurationSeconds, string? Reason);

    public sealed class Rules : Validator<Command>
    {
        private const int Minute = 60;
        private const int ThirtyDays = 2_592_000;

        public Rules()
        {
            RuleFor(c => c.DurationSeconds)
                .InclusiveBetween(Minute, ThirtyDays)
                .WithMessage("duration must be between 60 seconds and 30 days");
            RuleFor(c => c.Reason).Text(Reasons.LongestOfTimeout, "timeout reason must be at most 500 characters");
        }
    }

    public override void Configure()
    {
        Post("/api/communities/{cid}/channels/{chid}/timeout");
        Summary("Time a member out in a channel", 403, 404);
        DontThrowIfValidationFails();
    }

    public override async Task<TimeoutResponse> ExecuteAsync(Command command, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var actor = await discipline.RequireAsync(connection, command.Cid, command.Chid, User.Id(), ct);
        var target = await discipline.FindTargetAsync(connection, command.Chid, command.UserId, ct);
        if (Refusal(actor, target) is { } refusal)
            throw refusal.AsException();
        ThrowIfAnyErrors();

        var now = clock.GetUtcNow();
        var issuerLevel = await discipline.FindIssuerLevelAsync(
            connection,
            command.Cid,
            command.Chid,
            command.UserId,
            now,
            ct
        );
        if (issuerLevel > actor.Level)
            throw Failure.Forbidden.AsException();
        var timeout = await StoreAsync(connection, command, now, ct);
        var audience = await Audience.OfDisciplineAsync(connection, command.Chid, command.UserId, ct);
        await new Act("timeout")
        {
            CommunityId = command.Cid,
            ChannelId = command.Chid,
            TargetId = command.UserId,
            Reason = timeout.Reason,
            Facts = new JsonObject { ["duration_seconds"] = command.DurationSeconds },
        }.RecordAsync(connection, HttpContext, now, ct);
        await transaction.CommitAsync(CancellationToken.None);

        await membership.ChannelRoleChangedAsync(command.Chid, command.UserId);
        news.TellPeople(
            audience,
            new UserTimedOutFrame(timeout.ChannelId, timeout.UserId, timeout.ExpiresAt, timeout.Reason)
        );
        return timeout;
    }

    /// <summary>A timeout does not bind moderators of the channel, so it is refused rather than void.</summary>
    internal static Failure? Refusal(CommunityStanding actor, ChannelRelation target) =>
        Discipline.RefusalWithoutRow(target)
        ?? Discipline.RefusalByRank(actor, target)
        ?? (
            target.Level >= Level.Moderator
                ? Failure.Validation("moderators of this channel cannot be timed out")
                : null
        );

    private Task<TimeoutResponse> StoreAsync(
        NpgsqlConnection connection,
        Command command,
        DateTimeOffset now,
        CancellationToken ct
    ) =>
        connection.FirstAsync(
            """
            insert into channel_timeouts (id, channel_id, user_id, reason, issued_by, expires_at, created_at)
            values ($1, $2, $3, $4, $5, $6, $7)
            on conflict (channel_id, user_id) do update
                set id = excluded.id, reason = excluded.reason, issued_by = excluded.issued_by,
                    expires_at = excluded.expires_at, created_at = excluded.created_at
            returning id, user_id, channel_id, issued_by, reason, expires_at, created_at
            """,
            row => new TimeoutResponse(
                row.GetGuid(0),
                row.GetGuid(1),
                row.GetGuid(2),
                row.GetGuid(3),
                row.GetText(4),
                row.GetFieldValue<DateTimeOffset>(5),
                row.GetFieldValue<DateTimeOffset>(6)
            ),
            ct,
            Guid.CreateVersion7(now),
            command.Chid,
            command.UserId,
            command.Reason.Trimmed(),
            User.Id(),
            now.AddSeconds(command.DurationSeconds),
            now
        )!;
}

/// <summary>A member who may not write for a while.</summary>
/// <param name="Id">Id.</param>
/// <param name="UserId">Who.</param>
/// <param name="ChannelId">Where.</param>
/// <param name="IssuedBy">By whom.</param>
/// <param name="Reason">Why, if one was given.</param>
/// <param name="ExpiresAt">Until when.</param>
/// <param name="CreatedAt">Since when.</param>
public sealed record TimeoutResponse(
    Guid Id,
    Guid UserId,
    Guid ChannelId,
    Guid IssuedBy,
    string? Reason,
    DateTimeOffset ExpiresAt,
    DateTimeOffset CreatedAt
);
