using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;

namespace Chatalot.Features.Administration;

/// <summary>
/// POST /api/admin/users/{id}/suspend: the account may not be used until it is unsuspended. All its logins end at once.
/// A second suspension takes the new reason.
/// </summary>
internal sealed class SuspendUser(AccountChanges changes) : Endpoint<SuspendUser.Command>
{
    private const int LongestReason = 500;

    /// <param name="Id">Whose account.</param>
    /// <param name="Reason">For operators; at most 500 characters.</param>
    public sealed record Command(Guid Id, string? Reason);

    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/admin/users/{id}/suspend");
        Policies(InstancePolicy.Operator);
        Summary("Suspend an account", 403, 404);
    }

    /// <inheritdoc/>
    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        if (command.Id == User.Id())
            throw Failure.Validation("you cannot suspend yourself").AsException();
        var action = new AccountAction(User.Id(), command.Id, AuditOrigin.Of(HttpContext), "admin_suspend_user")
        {
            Logins = Logins.End,
        };
        await changes.ApplyAsync(
            action,
            (_, target, now) =>
                Refusal(command, target) is { } refusal
                    ? throw refusal.AsException()
                    : target with
                    {
                        SuspendedAt = now,
                        SuspendedReason = command.Reason?.Trim() is { Length: > 0 } reason ? reason : null,
                    },
            ct
        );
        return null;
    }

    private static Failure? Refusal(Command command, User target) =>
        RankRules.CheckSuspend(target)
        ?? (
            DisplayText.Length(command.Reason ?? "") > LongestReason
                ? Failure.Validation("reason must be at most 500 characters")
                : null
        );
}
