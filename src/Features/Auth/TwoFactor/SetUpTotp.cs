using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Npgsql;

namespace Chatalot.Features.Auth.TwoFactor;

/// <summary>
/// POST /api/totp/setup: a secret for an authenticator app. Nothing changes at login until the app has shown a right
/// code (<see cref="VerifyTotp"/>); setting up again replaces a secret that waits for it.
/// </summary>
internal sealed class SetUpTotp(NpgsqlDataSource database, SecondFactors factors, AuthOptions options)
    : EndpointWithoutRequest<SetUpTotp.Response>
{
    private static readonly Failure Unavailable = Failure.Validation(
        "2FA is not available: this server has no encryption key of its own"
    );

    /// <param name="OtpauthUrl">What apps read.</param>
    /// <param name="Secret">Base32, for people who type it.</param>
    /// <param name="QrSvg">The URL as a picture to scan: an SVG document.</param>
    public sealed record Response(string OtpauthUrl, string Secret, string QrSvg);

    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/totp/setup");
        Summary("Begin to set up two-factor authentication", 409);
    }

    /// <inheritdoc/>
    public override async Task<Response> ExecuteAsync(CancellationToken ct)
    {
        if (!options.MayEnrolSecondFactor)
            throw Unavailable.AsException();
        var secret = Totp.NewSecret();
        await using var connection = await database.OpenConnectionAsync(ct);
        if (!await factors.TrySetUpAsync(connection, User.Id(), secret, ct))
            throw VerifyTotp.AlreadyEnabled.AsException();
        var url = Totp.Uri(User.Name(), secret);
        return new(url, Totp.Base32(secret), QrPicture.Svg(url));
    }
}
