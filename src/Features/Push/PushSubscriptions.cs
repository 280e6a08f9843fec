using System.Text;
using Chatalot.Features.Accounts;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using FluentValidation;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Chatalot.Features.Push;

/// <summary>GET /api/push/vapid-key: the key for web push; 404 hides the feature in clients.</summary>
internal sealed class GetVapidKey(PushOptions options) : EndpointWithoutRequest<GetVapidKey.Response>
{
    /// <param name="PublicKey">P-256 point in base64url.</param>
    public sealed record Response(string PublicKey);

    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/push/vapid-key");
        AllowAnonymous();
        Summary("Public key for web push", 404);
    }

    /// <inheritdoc/>
    public override Task<Response> ExecuteAsync(CancellationToken ct) =>
        options.PublicKey is { } key
            ? Task.FromResult(new Response(key))
            : throw Failure.NotFound("web push is not configured").AsException();
}

/// <summary>
/// POST /api/push/subscribe: where the caller's browser can be woken. The last who subscribes with a browser has it, and
/// it goes with the login that subscribed.
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
        await transaction.CommitAsync(ct);
        audience.Invalidate(User.Id());
        return TypedResults.NoContent();
    }
}

/// <summary>POST /api/push/unsubscribe: do not wake this browser any more. Nothing happens when it was not subscribed.</summary>
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

/// <summary>Addresses that this server may post to for the sake of a browser.</summary>
internal static class PushEndpoint
{
    private const int HttpsPort = 443;

    /// <summary>HTTPS on its own port, by a name: no way into a network that only this server reaches.</summary>
    public static bool IsAllowed(string endpoint) =>
        Uri.TryCreate(endpoint, UriKind.Absolute, out var address)
        && address.Scheme == Uri.UriSchemeHttps
        && address.Port == HttpsPort
        && address.UserInfo.Length == 0
        && address.HostNameType is UriHostNameType.Dns
        && address.Host.Contains('.');
}
