using System.Text;
using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Postgres;
using FluentValidation;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Chatalot.Features.Push;

/// <summary>
/// POST /api/push/subscribe: where the caller's browser can be woken. The last who subscribes with a browser has it,
/// and it goes with the login that subscribed.
/// </summary>
internal sealed class SubscribeToPush(NpgsqlDataSource database, PushAudience audience, TimeProvider clock)
    : Endpoint<SubscribeToPush.Command, IResult>
{
    private const int MostPerUser = 20;
    private const int LongestEndpoint = 2048;

    /// <param name="Endpoint">Address at the browser's push service.</param>
    /// <param name="P256dhKey">The browser's public key, base64url.</param>
    /// <param name="AuthKey">The browser's secret, base64url.</param>
    public sealed record Command(
        string Endpoint,
        [property: System.Text.Json.Serialization.JsonPropertyName("p256dh_key")] string P256dhKey,
        string AuthKey
    );

    /// <inheritdoc/>
    public sealed class Rules : Validator<Command>
    {
        /// <summary>In the contract's order.</summary>
        public Rules()
        {
            RuleFor(push => push.Endpoint)
                .Must(endpoint => Encoding.UTF8.GetByteCount(endpoint) <= LongestEndpoint)
                .WithMessage("Endpoint URL too long");
            RuleFor(push => push)
                .Must(push => push.P256dhKey.Length > 0 && push.AuthKey.Length > 0)
                .WithMessage("Missing encryption keys");
            RuleFor(push => push.Endpoint)
                .Must(endpoint => PushEndpoint.IsAllowed(endpoint))
                .WithMessage("Endpoint must use HTTPS");
            RuleFor(push => push)
                .Must(push => PushKeys.Read(push.P256dhKey, push.AuthKey) is not null)
                .WithMessage("Invalid encryption keys");
        }
    }

    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/push/subscribe");
        Summary("Store a push subscription");
        Answers(StatusCodes.Status204NoContent);
    }

    /// <inheritdoc/>
    public override async Task<IResult> ExecuteAsync(Command command, CancellationToken ct)
    {
        var keys = PushKeys.Read(command.P256dhKey, command.AuthKey)!;
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await connection.ExecuteAsync("select from mt_doc_user where id = $1 for no key update", ct, User.Id());
        await connection.ExecuteAsync(
            """
            insert into push_subscriptions (id, user_id, session_id, endpoint, p256dh_key, auth_key, created_at)
            values ($1, $2, $3, $4, $5, $6, $7)
            on conflict (endpoint) do update
                set user_id = excluded.user_id, session_id = excluded.session_id, p256dh_key = excluded.p256dh_key,
                    auth_key = excluded.auth_key, created_at = excluded.created_at, failure_count = 0
            """,
            ct,
            Guid.NewGuid(),
            User.Id(),
            User.Session(),
            command.Endpoint,
            keys.P256dh,
            keys.Auth,
            now
        );
        await connection.ExecuteAsync(
            """
            delete from push_subscriptions where id in (
                select id from push_subscriptions where user_id = $1 order by created_at desc, id offset $2
            )
            """,
            ct,
            User.Id(),
            MostPerUser
        );
        await transaction.CommitAsync(CancellationToken.None);
        audience.Invalidate(User.Id());
        return TypedResults.NoContent();
    }
}
