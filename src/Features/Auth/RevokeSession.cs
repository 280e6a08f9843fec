using System.Text.Json.Nodes;
using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Npgsql;

namespace Chatalot.Features.Auth;

/// <summary>DELETE /api/account/sessions/{id}: ends one of the caller's logins at once, its sockets included.</summary>
internal sealed class RevokeSession(IDocumentSession documents, SessionRevocations revocations, TimeProvider clock)
    : Endpoint<RevokeSession.Command>
{
    /// <param name="Id">The session.</param>
    public sealed record Command(Guid Id);

    /// <inheritdoc/>
    public override void Configure()
    {
        Delete("/api/account/sessions/{id}");
        Summary("End a session", 404);
    }

    /// <inheritdoc/>
    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        var (userId, now) = (User.Id(), clock.GetUtcNow());
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (!await IsOwnLiveSessionAsync(connection, command.Id, userId, now, ct))
            throw Failure.NotFound("session not found").AsException();
        SessionRevocations.QueueRevoke(documents, command.Id, now);
        documents.QueueAudit(
            "session_revoked",
            userId,
            ClientDevice.Of(HttpContext).Origin,
            now,
            new JsonObject { ["session_id"] = command.Id.ToString() }
        );
        await documents.SaveChangesAsync(ct);
        await transaction.CommitAsync(CancellationToken.None);
        revocations.Announce(userId, command.Id);
        return null;
    }

    private static async Task<bool> IsOwnLiveSessionAsync(
        NpgsqlConnection connection,
        Guid sessionId,
        Guid userId,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand(
            """
            select id from sessions
            where id = $1 and user_id = $2 and revoked_at is null and expires_at > $3 for update
            """,
            connection
        );
        command.Parameters.Add(new() { Value = sessionId });
        command.Parameters.Add(new() { Value = userId });
        command.Parameters.Add(new() { Value = now });
        return await command.ExecuteScalarAsync(ct) is not null;
    }
}
