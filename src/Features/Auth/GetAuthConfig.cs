using System.Text.Json.Serialization;
using Chatalot.Features.Settings;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Http;
using Chatalot.Shared.Postgres;

namespace Chatalot.Features.Auth;

/// <summary>GET /api/auth/config: what a client needs to know before anybody has signed in.</summary>
internal sealed class GetAuthConfig(
    AuthOptions options,
    InstanceSettings settings,
    Authenticator authenticator,
    DatabaseAvailability database,
    TimeProvider clock
) : EndpointWithoutRequest<GetAuthConfig.Response>
{
    /// <param name="RegistrationMode">Who may register.</param>
    /// <param name="PublicUrl">Where invite links lead; left out when it is not configured.</param>
    /// <param name="IceServers">
    /// Left out when there are none. Those with credentials are told to signed-in users only.
    /// </param>
    /// <param name="MaxMessagesCache">Messages that a client keeps for each channel.</param>
    /// <param name="MaxPinsPerChannel">Pinned messages of a channel.</param>
    /// <param name="E2eEnabled">Whether clients encrypt end to end.</param>
    /// <param name="OidcName">
    /// Name of the identity provider that people may sign in by; left out when there is none.
    /// </param>
    public sealed record Response(
        RegistrationMode RegistrationMode,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? PublicUrl,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<IceServer>? IceServers,
        int MaxMessagesCache,
        int MaxPinsPerChannel,
        [property: JsonPropertyName("e2e_enabled")] bool E2eEnabled,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? OidcName
    );

    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/auth/config");
        AllowAnonymous();
        Options(endpoint => endpoint.WorksWithoutDatabase());
        Summary("Public settings of the instance");
    }

    /// <inheritdoc/>
    public override async Task<Response> ExecuteAsync(CancellationToken ct)
    {
        var servers = await VisibleServersAsync(ct);
        var values = await settings.CurrentAsync(ct);
        return new(
            options.RegistrationMode,
            options.PublicUrl,
            servers.Count > 0 ? servers : null,
            values.MaxMessagesCache,
            values.MaxPinsPerChannel,
            values.IsEndToEndEncrypted,
            options.OidcName
        );
    }

    private async Task<IReadOnlyList<IceServer>> VisibleServersAsync(CancellationToken ct)
    {
        if (options.TurnRelay is null && options.IceServers.All(IsPublic))
            return options.IceServers;
        if (await FindCallerAsync(ct) is not { } caller)
            return [.. options.IceServers.Where(IsPublic)];
        return options.TurnRelay is { } relay
            ? [.. options.IceServers, relay.ServerFor(caller.UserId, clock.GetUtcNow())]
            : options.IceServers;
    }

    /// <summary>
    /// Only the database knows whether a login is still valid; while it is away, nobody is told credentials.
    /// </summary>
    private async Task<Caller?> FindCallerAsync(CancellationToken ct)
    {
        if (!database.IsAvailable || BearerAuthentication.TokenOf(HttpContext.Request) is not { } token)
            return null;
        try
        {
            return await authenticator.AuthenticateAsync(token, ct);
        }
        catch (Exception lost) when (DatabaseFailure.IsConnectionFailure(lost))
        {
            return null;
        }
    }

    private static bool IsPublic(IceServer server) => server.Username is null && server.Credential is null;
}
