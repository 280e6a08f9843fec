using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Spaces;

/// <summary>
/// A page of a list of members: owner, admins, moderators, members, the longest there first. Clients that do not page
/// look for their own role in it, so their own row is in there, beyond the limit if need be; those who page get every
/// row once. Whatever the size of the space, the page is read from the index by rank, and only its people's accounts
/// are looked at.
/// </summary>
internal sealed record MemberPage(Page Page, bool IncludesOwnRow)
{
    private const int LimitByDefault = 200;

    public static MemberPage Of(int? limit, int? offset) =>
        new(Page.Of(limit, offset, LimitByDefault), IncludesOwnRow: limit is null && offset is null);

    /// <summary>Reads the page by one query.</summary>
    /// <param name="database">The database.</param>
    /// <param name="members">
    /// A query that gives user_id, role and joined_at of all members, and the extra column. Its values are <c>$5</c>
    /// and on.
    /// </param>
    /// <param name="extraColumn">A further column of <paramref name="members"/> to read; empty for none.</param>
    /// <param name="read">Reads the columns of <see cref="MemberResponse.Read"/> and the extra one.</param>
    /// <param name="callerId">Whose own row it is.</param>
    /// <param name="ct">Ends the query.</param>
    /// <param name="values">Values for <paramref name="members"/>.</param>
    public Task<List<T>> ReadAsync<T>(
        NpgsqlDataSource database,
        string members,
        string extraColumn,
        Func<NpgsqlDataReader, T> read,
        Guid callerId,
        CancellationToken ct,
        params object?[] values
    ) =>
        database.ListAsync(
            $"""
            with members as not materialized ({members}),
            page as (select * from members order by role desc, joined_at, user_id limit $1 offset $2),
            shown as (
                select * from page
                union all
                select * from members where $3 and user_id = $4 and not exists (select from page where user_id = $4)
            )
            select account.id, account.data ->> 'username', account.data ->> 'display_name',
                   account.data ->> 'avatar_url', shown.role, shown.joined_at
                   {(extraColumn.Length > 0 ? ", shown." + extraColumn : "")}
            from shown
            cross join lateral (select id, data from mt_doc_user where id = shown.user_id limit 1) account
            order by shown.role desc, shown.joined_at, shown.user_id
            """,
            read,
            ct,
            [Page.Limit, Page.Offset, IncludesOwnRow, callerId, .. values]
        );
}
