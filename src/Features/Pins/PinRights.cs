using Chatalot.Features.Channels;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Errors;

namespace Chatalot.Features.Pins;

/// <summary>Who may pin and unpin: moderators of the channel, and who administers the instance, member or not.</summary>
internal sealed class PinRights(ChannelAccess access, IInstanceRoles instanceRoles)
{
    /// <summary>Refuses everybody else, whether the channel exists or not.</summary>
    /// <exception cref="FailureException">403.</exception>
    public async Task RequireAsync(Guid channelId, Guid userId, CancellationToken ct)
    {
        var instance = await instanceRoles.FindAsync(userId, ct);
        if (instance is InstanceRole.Admin or InstanceRole.Owner)
            return;
        var standing = await access.FindAsync(channelId, userId, ct);
        if (standing is null || !PermissionMatrix.Allows(ChannelAction.ManageMessages, standing.Level))
            throw Failure.Forbidden.AsException();
    }
}
