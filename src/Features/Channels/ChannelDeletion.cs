using System.Text.Json.Nodes;
using Chatalot.Features.Accounts;
using Chatalot.Features.Frames;
using Chatalot.Features.Pictures;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Chatalot.Features.Channels;

/// <summary>
/// Deletes a channel with everything in it and tells everybody who could know of it; two routes lead here.
/// </summary>
internal sealed class ChannelDeletion(
    ChannelGate channels,
    NpgsqlDataSource database,
    ChannelMembership membership,
    SpacePictures pictures,
    SpaceNews news,
    TimeProvider clock
)
{
    /// <summary>Deletes it, or nothing.</summary>
    /// <param name="request">Whose caller deletes.</param>
    /// <param name="channelId">Which.</param>
    /// <param name="check">Why it is refused, by what the caller is to the channel; null when it is not.</param>
    /// <param name="ct">Ends the work before its commit.</param>
    public async Task DeleteAsync(
        HttpContext request,
        Guid channelId,
        Func<ChannelRelation, Failure?> check,
        CancellationToken ct
    )
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await connection.ExecuteAsync("select from mt_doc_channel where id = $1 for update", ct, channelId);
        var relation = await channels.FindAsync(connection, channelId, request.User.Id(), ct);
        if (check(relation) is { } refusal)
            throw refusal.AsException();
        var audience = await Audience.OfChannelAsync(connection, channelId, ct);
        var shown = await SpacePictures.FindAsync(connection, channelId, ct);
        await connection.ExecuteAsync("delete from mt_doc_channel where id = $1", ct, channelId);
        await (
            ChannelNews.About("channel_deleted", relation.Channel) with
            {
                Facts = new JsonObject { ["channel_name"] = relation.Channel.Name },
            }
        ).RecordAsync(connection, request, clock.GetUtcNow(), ct);
        await transaction.CommitAsync(CancellationToken.None);

        await membership.ClosedAsync([channelId]);
        news.TellPeople(audience, new ChannelDeletedFrame(channelId));
        await pictures.DeleteAsync(shown);
    }
}
