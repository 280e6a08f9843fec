using System.Globalization;
using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Administration;

/// <summary>
/// GET /api/admin/users: accounts with their memberships, newest first. How many match in all is in the header
/// <c>X-Total-Count</c>: existing clients read a bare array.
/// </summary>
internal sealed class ListUsers(NpgsqlDataSource database)
    : Endpoint<ListUsers.Query, IReadOnlyList<ListUsers.UserResponse>>
{
    private const int LimitByDefault = 50;
    private const int LargestLimit = 100;

    /// <param name="Search">Part of user name, display name or email address, whatever its case.</param>
    /// <param name="Limit">1 to 100, default 50.</param>
    /// <param name="Offset">Accounts to skip.</param>
    public sealed record Query(string? Search, int? Limit, int? Offset);

    /// <summary>An account as operators see it.</summary>
    public sealed record UserResponse(
        Guid Id,
        string Username,
        string DisplayName,
        string Email,
        string? AvatarUrl,
        bool IsAdmin,
        bool IsOwner,
        DateTimeOffset? SuspendedAt,
        string? SuspendedReason,
        DateTimeOffset CreatedAt,
        IReadOnlyList<MembershipResponse> Groups,
        IReadOnlyList<MembershipResponse> Communities
    );

    /// <summary>A membership.</summary>
    /// <param name="Id">Group or community.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="Role"><c>owner</c>, <c>admin</c>, <c>moderator</c> or <c>member</c>.</param>
    public sealed record MembershipResponse(Guid Id, string Name, string Role);

    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/admin/users");
        Policies(InstancePolicy.Operator);
        Summary("List accounts", 403);
    }

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<UserResponse>> ExecuteAsync(Query query, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        var sought = new Conditions().And(
            Matches,
            query.Search is { Length: > 0 } text ? LikePattern.Containing(text) : null
        );
        var total = await connection.FirstAsync(
            $"select count(*) from mt_doc_user account {sought.Where}",
            row => row.GetInt64(0),
            ct,
            sought.Values
        );
        HttpContext.Response.Headers["X-Total-Count"] = total.ToString(CultureInfo.InvariantCulture);
        return await connection.ListAsync(
            $"""
            select account.id, account.data ->> 'username', account.data ->> 'display_name', account.data ->> 'email',
                   account.data ->> 'avatar_url', (account.data ->> 'is_admin')::boolean,
                   (account.data ->> 'is_owner')::boolean, (account.data ->> 'suspended_at')::timestamptz,
                   account.data ->> 'suspended_reason', (account.data ->> 'created_at')::timestamptz,
                   {Memberships("group")}, {Memberships("community")}
            from mt_doc_user account
            {sought.Where}
            order by account.id desc {sought.Limit}
            """,
            Read,
            ct,
            [
                .. sought.Values,
                Math.Clamp(query.Limit ?? LimitByDefault, 1, LargestLimit),
                Math.Max(query.Offset ?? 0, 0),
            ]
        );
    }

    private const string Matches = """
        (account.data ->> 'username_key' like lower(?) or lower(account.data ->> 'display_name') like lower(?)
            or account.data ->> 'email_key' like lower(?))
        """;

    private static string Memberships(string space) =>
        $"""
            (select coalesce(jsonb_agg(
                jsonb_build_object(
                    'id', space.id, 'name', space.data ->> 'name',
                    'role', (array['member', 'moderator', 'admin', 'owner'])[member.role + 1]
                ) order by space.data ->> 'name', space.id), '[]'::jsonb)
             from {space}_members member join mt_doc_{space} space on space.id = member.{space}_id
             where member.user_id = account.id)
            """;

    private static UserResponse Read(NpgsqlDataReader row) =>
        new(
            row.GetGuid(0),
            row.GetString(1),
            row.GetString(2),
            row.GetString(3),
            row.GetText(4),
            row.GetBoolean(5),
            row.GetBoolean(6),
            row.GetTime(7),
            row.GetText(8),
            row.GetFieldValue<DateTimeOffset>(9),
            row.GetDocument(10, StoredMemberships.Json),
            row.GetDocument(11, StoredMemberships.Json)
        );
}
