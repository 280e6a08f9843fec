using Chatalot.Features.Accounts;
using Chatalot.Features.Frames;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Postgres;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Chatalot.Features.Moderation;

/// <summary>Warns members of a channel; two routes lead here.</summary>
internal sealed class Warnings(Discipline discipline, NpgsqlDataSource database, SpaceNews news, TimeProvider clock)
{
    /// <summary>Stores the warning and tells the warned one and the channel's moderators.</summary>
    /// <param name="request">Whose caller warns.</param>
    /// <param name="draft">Whom, where and why.</param>
    /// <param name="checkRules">
    /// Throws the first failed rule of the request; called once rank and membership are fine.
    /// </param>
    /// <param name="ct">Ends the work before its commit.</param>
    /// <returns>The warning, and how many the member has in the channel now.</returns>
    public async Task<CountedWarning> IssueAsync(
        HttpContext request,
        IWarning draft,
        Action checkRules,
        CancellationToken ct
    )
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var actor = await discipline.RequireAsync(connection, draft.Cid, draft.Chid, request.User.Id(), ct);
        var target = await discipline.FindTargetAsync(connection, draft.Chid, draft.UserId, ct);
        if ((Discipline.RefusalByRank(actor, target) ?? Discipline.RefusalWithoutRow(target)) is { } refusal)
            throw refusal.AsException();
        checkRules();

        var warned = await StoreAsync(connection, draft, request.User.Id(), ct);
        var audience = await Audience.OfDisciplineAsync(connection, draft.Chid, draft.UserId, ct);
        await new Act("warning")
        {
            CommunityId = draft.Cid,
            ChannelId = draft.Chid,
            TargetId = draft.UserId,
            Reason = warned.Warning.Reason,
        }.RecordAsync(connection, request, warned.Warning.CreatedAt, ct);
        await transaction.CommitAsync(CancellationToken.None);

        news.TellPeople(
            audience,
            new UserWarnedFrame(draft.Chid, draft.UserId, warned.Warning.Reason, warned.WarningCount)
        );
        return warned;
    }

    private Task<CountedWarning> StoreAsync(
        NpgsqlConnection connection,
        IWarning draft,
        Guid issuerId,
        CancellationToken ct
    )
    {
        var now = clock.GetUtcNow();
        return connection.FirstAsync(
            $"""
            insert into channel_warnings (id, user_id, channel_id, issued_by, reason, created_at)
            values ($1, $2, $3, $4, $5, $6)
            returning {WarningResponse.Columns}, 1 + (
                select count(*)::int from channel_warnings where channel_id = $3 and user_id = $2)
            """,
            row => new CountedWarning(WarningResponse.Read(row), row.GetInt32(6)),
            ct,
            Guid.CreateVersion7(now),
            draft.UserId,
            draft.Chid,
            issuerId,
            draft.Reason.Trimmed(),
            now
        )!;
    }
}

/// <summary>What both routes are asked.</summary>
internal interface IWarning
{
    Guid Cid { get; }
    Guid Chid { get; }
    Guid UserId { get; }
    string Reason { get; }
}

/// <summary>A warning.</summary>
/// <param name="Id">Id.</param>
/// <param name="UserId">Who was warned.</param>
/// <param name="ChannelId">Where.</param>
/// <param name="IssuedBy">By whom; null once that account is gone.</param>
/// <param name="Reason">Why.</param>
/// <param name="CreatedAt">When.</param>
public sealed record WarningResponse(
    Guid Id,
    Guid UserId,
    Guid ChannelId,
    Guid? IssuedBy,
    string Reason,
    DateTimeOffset CreatedAt
)
{
    internal const string Columns = "id, user_id, channel_id, issued_by, reason, created_at";

    internal static WarningResponse Read(NpgsqlDataReader row) =>
        new(
            row.GetGuid(0),
            row.GetGuid(1),
            row.GetGuid(2),
            row.GetId(3),
            row.GetString(4),
            row.GetFieldValue<DateTimeOffset>(5)
        );
}

/// <summary>A new warning and what it adds up to.</summary>
/// <param name="Warning">The warning.</param>
/// <param name="WarningCount">How many the member has in the channel now.</param>
public sealed record CountedWarning(WarningResponse Warning, int WarningCount);
