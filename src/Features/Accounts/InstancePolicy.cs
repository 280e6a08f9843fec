using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Features.Accounts;

/// <summary>
/// Policies for endpoints of the instance's own people. They are tested before anything of the request is read, against
/// the account as it is at that moment: a lost role ends with the next request.
/// </summary>
public static class InstancePolicy
{
    /// <summary>Admins and the owner of the instance.</summary>
    public const string Operator = "instance-operator";

    /// <summary>The owner of the instance.</summary>
    public const string Owner = "instance-owner";

    internal static void AddInstancePolicies(this IServiceCollection services)
    {
        services.AddSingleton<IAuthorizationHandler, InstanceRoleHandler>();
        services
            .AddAuthorizationBuilder()
            .AddPolicy(Operator, policy => Require(policy, account => account.IsAdmin || account.IsOwner))
            .AddPolicy(Owner, policy => Require(policy, account => account.IsOwner));
    }

    private static void Require(AuthorizationPolicyBuilder policy, Func<Account, bool> isEnough) =>
        policy.RequireAuthenticatedUser().AddRequirements(new InstanceRoleRequirement(isEnough));
}

internal sealed record InstanceRoleRequirement(Func<Account, bool> IsEnough) : IAuthorizationRequirement;

internal sealed class InstanceRoleHandler(AccountDirectory accounts) : AuthorizationHandler<InstanceRoleRequirement>
{
    protected override async Task HandleRequirementAsync(
        AuthorizationHandlerContext context,
        InstanceRoleRequirement requirement
    )
    {
        if (
            context.User.Identity?.IsAuthenticated == true
            && await accounts.FindAsync(context.User.Id(), CancellationToken.None) is { IsSuspended: false } account
            && requirement.IsEnough(account)
        )
            context.Succeed(requirement);
    }
}
