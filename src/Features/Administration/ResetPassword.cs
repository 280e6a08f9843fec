using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Features.Auth;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Security;

namespace Chatalot.Features.Administration;

/// <summary>
/// PUT /api/admin/users/{id}/password: a new password for somebody who cannot get in, for people below the operator
/// only. All logins of the account end at once; its second factor and recovery code stay.
/// </summary>
internal sealed class ResetPassword(AccountChanges changes, PasswordHasher hasher) : Endpoint<ResetPassword.Command>
{
    private static readonly Failure OwnPassword = Failure.Validation(
        "you cannot reset your own password here — use account settings"
    );

    /// <param name="Id">Whose account.</param>
    /// <param name="NewPassword">8 to 128 characters of four kinds.</param>
    public sealed record Command(Guid Id, string NewPassword);

    /// <inheritdoc/>
    public override void Configure()
    {
        Put("/api/admin/users/{id}/password");
        Policies(InstancePolicy.Operator);
        Summary("Reset the password of an account", 403, 404);
    }

    /// <inheritdoc/>
    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        if (command.Id == User.Id())
            throw OwnPassword.AsException();
        var (actor, target) = await changes.ReadAsync(User.Id(), command.Id, ct);
        var refusal = RankRules.CheckOutranks(actor, target) ?? CredentialRules.CheckPassword(command.NewPassword);
        if (refusal is not null)
            throw refusal.AsException();

        var hash = await hasher.HashAsync(command.NewPassword, ct);
        var action = new AccountAction(User.Id(), command.Id, AuditOrigin.Of(HttpContext), "admin_reset_password")
        {
            Logins = Logins.End,
        };
        await changes.ApplyAsync(
            action,
            (nowActor, nowTarget, _) =>
                RankRules.CheckOutranks(nowActor, nowTarget) is { } late
                    ? throw late.AsException()
                    : nowTarget with
                    {
                        PasswordHash = hash,
                        TokenVersion = nowTarget.TokenVersion + 1,
                    },
            ct
        );
        return null;
    }
}
