using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Users;

/// <summary>GET /api/users/blocked: whom the caller has blocked, newest first.</summary>
internal sealed class ListBlocked(NpgsqlDataSource database)
    : EndpointWithoutRequest<IReadOnlyList<ListBlocked.BlockResponse>>
{
    /// <param name="BlockedId">Who is blocked.</param>
    /// <param name="CreatedAt">Since when.</param>
    public sealed record BlockResponse(Guid BlockedId, DateTimeOffset CreatedAt);

    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/users/blocked");
        Summary("Own blocks");
    }

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<BlockResponse>> ExecuteAsync(CancellationToken ct) =>
        await database.ListAsync(
            """
            select blocked_id, created_at from user_blocks
            where blocker_id = $1 order by created_at desc, blocked_id limit $2
            """,
            row => new BlockResponse(row.GetGuid(0), row.GetFieldValue<DateTimeOffset>(1)),
            ct,
            User.Id(),
            BlockUser.MostPerUser
        );
}
