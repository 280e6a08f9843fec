using Chatalot.Shared.Endpoints;

namespace Chatalot.Features.ExternalLogins;

/// <summary>POST /api/auth/oidc/start: begin to sign in by the identity provider.</summary>
internal sealed class StartExternalLogin(ExternalLoginStart start) : EndpointWithoutRequest<ExternalLoginStart.Response>
{
    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/auth/oidc/start");
        AllowAnonymous();
        Summary("Begin to sign in by the identity provider", 404, 503);
    }

    /// <inheritdoc/>
    public override Task<ExternalLoginStart.Response> ExecuteAsync(CancellationToken ct) =>
        start.BeginAsync(userId: null, ct);
}
