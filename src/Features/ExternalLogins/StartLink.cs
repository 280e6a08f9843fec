using Chatalot.Features.Accounts;
using Chatalot.Features.Auth;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;

namespace Chatalot.Features.ExternalLogins;

/// <summary>
/// POST /api/account/identities/start: begin to link the caller's account with one at the identity provider. Needs a
/// login of the last minutes or the password: whoever is linked can sign in for good.
/// </summary>
internal sealed class StartLink(ExternalLoginStart start, PasswordCheckpoint passwords, RecentLogin recent)
    : Endpoint<StartLink.Command, ExternalLoginStart.Response>
{
    private static readonly Failure WrongPassword = Failure.Validation("password is incorrect");
    private static readonly Failure SignInAgain = Failure.Validation("please log in again before you link an account");

    /// <param name="Password">Not needed shortly after a login.</param>
    public sealed record Command(string? Password);

    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/account/identities/start");
        Summary("Begin to link the account with one at the identity provider", 404, 503);
    }

    /// <inheritdoc/>
    public override async Task<ExternalLoginStart.Response> ExecuteAsync(Command command, CancellationToken ct)
    {
        if (command.Password is { } password)
            await passwords.PassAsync(
                User.Id(),
                password,
                WrongPassword,
                "identity_link_failed",
                ClientDevice.Of(HttpContext),
                ct
            );
        else if (!await recent.IsRecentAsync(User.Session(), ct))
            throw SignInAgain.AsException();
        return await start.BeginAsync(User.Id(), ct);
    }
}
