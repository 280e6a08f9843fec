using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Npgsql;

namespace Chatalot.Features.Auth;

/// <summary>
/// POST /api/account/logout-all: ends all of the caller's logins at once, this one and all sockets included.
/// </summary>
internal sealed class LogoutAll(IDocumentSession documents, SessionRevocations revocations, TimeProvider clock)
    : EndpointWithoutRequest<LogoutAll.Response>
{
    /// <param name="RevokedCount">How many there were.</param>
    public sealed record Response(int RevokedCount);

    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/account/logout-all");
        Summary("End all sessions of the caller");
    }

    /// <inheritdoc/>
    public override async Task<Response> ExecuteAsync(CancellationToken ct)
    {
        var (userId, now) = (User.Id(), clock.GetUtcNow());
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var count = await CountAsync(connection, userId, ct);
        var revocation = SessionRevocations.QueueRevokeAll(documents, userId, now);
        documents.QueueAudit("logout_all", userId, ClientDevice.Of(HttpContext).Origin, now);
        await documents.SaveChangesAsync(ct);
        await transaction.CommitAsync(CancellationToken.None);
        revocations.Announce(revocation);
        return new(count);
    }

    private static async Task<int> CountAsync(NpgsqlConnection connection, Guid userId, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            select count(*)::int
            from (select from sessions where user_id = $1 and revoked_at is null for update) as live
            """,
            connection
        );
        command.Parameters.Add(new() { Value = userId });
        return (int)(await command.ExecuteScalarAsync(ct))!;
    }
}
