using Chatalot.Features.Accounts;

namespace Chatalot.Features.Spaces;

/// <summary>Instance roles from the accounts.</summary>
internal sealed class AccountRoles(AccountDirectory accounts) : IInstanceRoles
{
    public ValueTask<InstanceRole?> FindAsync(Guid userId, CancellationToken ct)
    {
        var account = accounts.FindAsync(userId, ct);
        return account.IsCompletedSuccessfully
            ? new ValueTask<InstanceRole?>(RoleOf(account.Result))
            : new ValueTask<InstanceRole?>(AwaitAsync(account));
    }

    private static async Task<InstanceRole?> AwaitAsync(ValueTask<Account?> account) => RoleOf(await account);

    private static InstanceRole? RoleOf(Account? account) =>
        account switch
        {
            null or { IsSuspended: true } => null,
            { IsOwner: true } => InstanceRole.Owner,
            { IsAdmin: true } => InstanceRole.Admin,
            _ => InstanceRole.None,
        };
}
