using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Spaces;

/// <summary>
/// The memberships of one person change one after the other: a join that runs beside a departure would otherwise leave
/// rows in channels without one in their group, or the other way round. Whoever adds or removes a person's rows takes
/// this lock first, before any on a space; creations that add many people lock the space instead, which joins wait for.
/// </summary>
internal static class MembershipLock
{
    /// <summary>Held until the connection's transaction ends.</summary>
    public static Task LockMembershipsAsync(this NpgsqlConnection connection, Guid userId, CancellationToken ct) =>
        connection.ExecuteAsync("select from mt_doc_user where id = $1 for no key update", ct, userId);
}
