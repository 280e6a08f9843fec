using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Npgsql;

namespace Chatalot.Features.Auth;

/// <summary>GET /api/account/sessions: the caller's logins that are still valid, newest first.</summary>
internal sealed class ListSessions(NpgsqlDataSource database, TimeProvider clock)
    : EndpointWithoutRequest<IReadOnlyList<ListSessions.SessionResponse>>
{
    /// <param name="Id">For <c>DELETE /api/account/sessions/{id}</c>; stays the same while the login lasts.</param>
    /// <param name="DeviceName">For example <c>Firefox on Linux</c>.</param>
    /// <param name="IpAddress">Where it was last used from.</param>
    /// <param name="CreatedAt">When the user signed in.</param>
    /// <param name="LastUsedAt">When its tokens were last refreshed.</param>
    /// <param name="ExpiresAt">When it ends unless it is used.</param>
    /// <param name="IsCurrent">Whether this request belongs to it.</param>
    public sealed record SessionResponse(
        Guid Id,
        string? DeviceName,
        string? IpAddress,
        DateTimeOffset CreatedAt,
        DateTimeOffset LastUsedAt,
        DateTimeOffset ExpiresAt,
        bool IsCurrent
    );

    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/account/sessions");
        Summary("The caller's sessions");
    }

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<SessionResponse>> ExecuteAsync(CancellationToken ct)
    {
        var current = User.Session();
        await using var command = database.CreateCommand(
            """
            select id, device_name, ip_address, created_at, last_used_at, expires_at
            from sessions where user_id = $1 and revoked_at is null and expires_at > $2
            order by created_at desc, id
            """
        );
        command.Parameters.Add(new() { Value = User.Id() });
        command.Parameters.Add(new() { Value = clock.GetUtcNow() });
        await using var row = await command.ExecuteReaderAsync(ct);
        var sessions = new List<SessionResponse>();
        while (await row.ReadAsync(ct))
        {
            sessions.Add(
                new(
                    row.GetGuid(0),
                    row.IsDBNull(1) ? null : row.GetString(1),
                    row.IsDBNull(2) ? null : row.GetString(2),
                    row.GetFieldValue<DateTimeOffset>(3),
                    row.GetFieldValue<DateTimeOffset>(4),
                    row.GetFieldValue<DateTimeOffset>(5),
                    row.GetGuid(0) == current
                )
            );
        }
        return sessions;
    }
}
