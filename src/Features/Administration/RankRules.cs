using Chatalot.Features.Accounts;
using Chatalot.Shared.Errors;

namespace Chatalot.Features.Administration;

/// <summary>
/// Who may do what to whose account, in the contract's order and words (admin.md 1 and 2): operators act on people
/// below them only, the owner on everybody else.
/// </summary>
internal static class RankRules
{
    private const int Plain = 0;
    private const int Admin = 1;
    private const int Owner = 2;

    public static int Of(User user) =>
        user.IsOwner ? Owner
        : user.IsAdmin ? Admin
        : Plain;

    /// <summary>Admins lose their role before their account.</summary>
    public static Failure? CheckSuspend(User target) =>
        Of(target) > Plain ? Failure.Validation("cannot suspend an admin or owner") : null;

    public static Failure? CheckDelete(User target) =>
        Of(target) switch
        {
            Owner => Failure.Validation("cannot delete the instance owner"),
            Admin => Failure.Validation("cannot delete an admin user; revoke admin first"),
            _ => null,
        };

    public static Failure? CheckOutranks(User actor, User target) => Of(actor) > Of(target) ? null : Failure.Forbidden;
}
