using Chatalot.Shared.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Features.ExternalLogins;

/// <summary>
/// GET /api/auth/oidc/callback: the provider sends the browser here. Asks the provider who it is and sends the browser
/// on to the web client, which ends the sign-in. Nothing in the address lets anybody in: that takes the handoff.
/// </summary>
internal sealed class ExternalCallback(ExternalFlows flows, IServiceProvider services)
    : Endpoint<ExternalCallback.Command, IResult>
{
    private const int LongestCode = 4096;

    /// <param name="State">Of the flow.</param>
    /// <param name="Code">For the exchange; null when the provider refused.</param>
    public sealed record Command(string? State, string? Code);

    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/auth/oidc/callback");
        AllowAnonymous();
        Summary("Where the identity provider sends the browser", 404);
        Answers(StatusCodes.Status302Found);
    }

    /// <inheritdoc/>
    public override async Task<IResult> ExecuteAsync(Command command, CancellationToken ct)
    {
        if (
            services.GetService<IdentityProvider>() is not { } provider
            || services.GetService<ExternalLoginOptions>() is not { } options
        )
            return Results.NotFound();
        var isRight =
            command is { State: { Length: <= 128 } state, Code: { Length: > 0 and <= LongestCode } code }
            && await TryIdentifyAsync(provider, state, code, ct);
        var outcome = isRight ? $"sign_in={Uri.EscapeDataString(command.State!)}" : "sign_in_error=refused";
        return Results.Redirect($"{options.PublicUrl}/?{outcome}");
    }

    private async Task<bool> TryIdentifyAsync(
        IdentityProvider provider,
        string state,
        string code,
        CancellationToken ct
    )
    {
        if (await flows.TakeSecretsAsync(state, ct) is not { } secrets)
            return false;
        try
        {
            var identity = await provider.IdentifyAsync(code, secrets.CodeVerifier, secrets.Nonce, ct);
            await flows.SetIdentityAsync(state, identity, ct);
            return true;
        }
        catch (IdentityProviderException)
        {
            return false;
        }
    }
}
