using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Users;

/// <summary>
/// POST /api/users/block: hear nothing more of somebody. Only of people whom the caller can have met, in a community or
/// a channel: the answer must not tell whether some id is a user.
/// </summary>
internal sealed class BlockUser(
    NpgsqlDataSource database,
    BlockDirectory blocks,
    AccountDirectory accounts,
    TimeProvider clock
) : Endpoint<BlockUser.Command>
{
    /// <summary>Blocks of one person.</summary>
    public const int MostPerUser = 1000;

    /// <param name="UserId">Whom.</param>
    public sealed record Command(Guid UserId);

    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/users/block");
        Summary("Block a user", 404);
    }

    /// <inheritdoc/>
    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        var callerId = User.Id();
        if (command.UserId == callerId)
            throw Failure.Validation("cannot block yourself").AsException();
        var caller = await accounts.FindAsync(callerId, ct);
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        // Blocks of one person come one after the other, so that the limit holds.
        await connection.ExecuteAsync("select from mt_doc_user where id = $1 for no key update", ct, callerId);
        var state = await ReadAsync(connection, callerId, command.UserId, caller is { IsOwner: true }, ct);
        if (state.IsBlocked)
            return null;
        if (!state.IsKnown)
            throw UsersFeature.NotFound.AsException();
        if (state.Count >= MostPerUser)
            throw Failure.Validation($"maximum of {MostPerUser} blocked users").AsException();
        await connection.ExecuteAsync(
            "insert into user_blocks (blocker_id, blocked_id, created_at) values ($1, $2, $3)",
            ct,
            callerId,
            command.UserId,
            clock.GetUtcNow()
        );
        await BlockDirectory.SignalAsync(connection, callerId, ct);
        await transaction.CommitAsync(CancellationToken.None);
        await blocks.InvalidateAsync(callerId);
        return null;
    }

    private static async Task<State> ReadAsync(
        NpgsqlConnection connection,
        Guid callerId,
        Guid userId,
        bool knowsEverybody,
        CancellationToken ct
    ) =>
        (
            await connection.FirstAsync(
                $"""
                select exists (select from user_blocks where blocker_id = $1 and blocked_id = $2),
                       exists (select from mt_doc_user where id = $2)
                           and ($3 or {Acquaintances.AreMates("$1", "$2")} or {Acquaintances.ShareChannel("$1", "$2")}),
                       (select count(*) from user_blocks where blocker_id = $1)
                """,
                row => new State(row.GetBoolean(0), row.GetBoolean(1), row.GetInt64(2)),
                ct,
                callerId,
                userId,
                knowsEverybody
            )
        )!;

    private sealed record State(bool IsBlocked, bool IsKnown, long Count);
}
