using Chatalot.Features.Channels;
using Chatalot.Features.Messages;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Pins;

/// <summary>
/// Who may pin and unpin: moderators of the channel, and who administers the instance, member or not. Archived channels
/// stay as they are.
/// </summary>
internal sealed class PinRights(ChannelAccess access, IInstanceRoles instanceRoles, NpgsqlDataSource database)
{
    /// <summary>Refuses everybody else, whether the channel exists or not.</summary>
    /// <exception cref="FailureException">
    /// 403, with the code <c>archived</c> for those who may in other channels.
    /// </exception>
    public async Task RequireAsync(Guid channelId, Guid userId, CancellationToken ct)
    {
        if (!await MayAsync(channelId, userId, ct))
            throw Failure.Forbidden.AsException();
        if (await IsArchivedAsync(channelId, ct))
            throw WriteRules.Archived.AsException();
    }

    private async Task<bool> MayAsync(Guid channelId, Guid userId, CancellationToken ct) =>
        await instanceRoles.FindAsync(userId, ct) is InstanceRole.Admin or InstanceRole.Owner
        || (
            await access.FindAsync(channelId, userId, ct) is { } standing
            && PermissionMatrix.Allows(ChannelAction.ManageMessages, standing.Level)
        );

    private Task<bool> IsArchivedAsync(Guid channelId, CancellationToken ct) =>
        database.FirstAsync(
            "select coalesce((data ->> 'archived')::boolean, false) from mt_doc_channel where id = $1",
            row => row.GetBoolean(0),
            ct,
            channelId
        );
}
