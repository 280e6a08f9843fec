using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Postgres;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Chatalot.Features.Push;

/// <summary>
/// POST /api/push/unsubscribe: do not wake this browser any more. Nothing happens when it was not subscribed.
/// </summary>
internal sealed class UnsubscribeFromPush(NpgsqlDataSource database) : Endpoint<UnsubscribeFromPush.Command, IResult>
{
    /// <param name="Endpoint">Address at the browser's push service.</param>
    public sealed record Command(string Endpoint);

    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/push/unsubscribe");
        Summary("Remove a push subscription");
        Answers(StatusCodes.Status204NoContent);
    }

    /// <inheritdoc/>
    public override async Task<IResult> ExecuteAsync(Command command, CancellationToken ct)
    {
        await database.ExecuteAsync(
            "delete from push_subscriptions where user_id = $1 and endpoint = $2",
            ct,
            User.Id(),
            command.Endpoint
        );
        return TypedResults.NoContent();
    }
}
