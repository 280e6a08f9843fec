using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;

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
