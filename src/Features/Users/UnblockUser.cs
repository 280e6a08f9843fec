using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Users;

/// <summary>POST /api/users/unblock/{user_id}: remove one's own block.</summary>
internal sealed class UnblockUser(NpgsqlDataSource database, BlockDirectory blocks) : Endpoint<UnblockUser.Command>
{
    /// <param name="UserId">Who was blocked.</param>
    public sealed record Command(Guid UserId);

    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/users/unblock/{user_id}");
        Summary("Remove a block", 404);
    }

    /// <inheritdoc/>
    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var removed = await connection.ExecuteAsync(
            "delete from user_blocks where blocker_id = $1 and blocked_id = $2",
            ct,
            User.Id(),
            command.UserId
        );
        if (removed == 0)
            throw Failure.NotFound("block not found").AsException();
        await BlockDirectory.SignalAsync(connection, User.Id(), ct);
        await transaction.CommitAsync(CancellationToken.None);
        await blocks.InvalidateAsync(User.Id());
        return null;
    }
}
