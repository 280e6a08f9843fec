namespace Chatalot.Features.Spaces;

/// <summary>What accounts are on the instance, as it is now.</summary>
internal interface IInstanceRoles
{
    /// <summary>
    /// The role, or null when there is no such account or it is suspended. Synchronous when the account is known.
    /// </summary>
    ValueTask<InstanceRole?> FindAsync(Guid userId, CancellationToken ct);
}
