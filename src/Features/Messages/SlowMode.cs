using Chatalot.Features.Channels;
using Chatalot.Shared.Errors;
using Npgsql;

namespace Chatalot.Features.Messages;

/// <summary>
/// The pause between two messages of one member in a channel with slow mode. One conditional write takes the turn, so
/// two sessions of one member that send at once cannot both pass, whichever process serves them.
/// </summary>
public sealed class SlowMode(NpgsqlDataSource database)
{
    /// <summary>Whether slow mode binds this member here.</summary>
    public static bool Binds(ChannelStanding standing) =>
        standing.Channel.SlowModeSeconds > 0
        && standing.Level < PostingRules.PrivilegedLevel
        && standing.Channel.Type is not ChannelType.Dm;

    /// <summary>
    /// Tells how long to wait without taking the turn: it comes before other refusals, which must not cost it.
    /// </summary>
    public async ValueTask<Failure?> CheckAsync(ChannelStanding standing, Guid userId, CancellationToken ct)
    {
        if (!Binds(standing))
            return null;
        await using var command = database.CreateCommand(
            """
            select ceil($3 - extract(epoch from now() - last_sent))::int from slow_mode_marks
            where channel_id = $1 and user_id = $2
            """
        );
        command.Parameters.Add(new() { Value = standing.Channel.Id });
        command.Parameters.Add(new() { Value = userId });
        command.Parameters.Add(new() { Value = standing.Channel.SlowModeSeconds });
        return await command.ExecuteScalarAsync(ct) is int and > 0 and var wait
            ? PostingRules.MustWait(Math.Min(wait, standing.Channel.SlowModeSeconds))
            : null;
    }

    /// <summary>
    /// Takes the member's turn, or tells how long to wait. Costs nothing where slow mode does not bind. The statement
    /// sees the mark as it was before it waited for another that took the turn meanwhile: then the whole pause is
    /// ahead.
    /// </summary>
    public async ValueTask<Failure?> TakeTurnAsync(ChannelStanding standing, Guid userId, CancellationToken ct)
    {
        if (!Binds(standing))
            return null;
        var seconds = standing.Channel.SlowModeSeconds;
        await using var command = database.CreateCommand(
            """
            with turn as (
                insert into slow_mode_marks as mark (channel_id, user_id, last_sent) values ($1, $2, now())
                on conflict (channel_id, user_id) do update set last_sent = now()
                    where mark.last_sent <= now() - make_interval(secs => $3)
                returning 1
            )
            select case when exists (select from turn) then 0 else coalesce((
                select nullif(greatest(ceil($3 - extract(epoch from now() - last_sent))::int, 0), 0) from slow_mode_marks
                where channel_id = $1 and user_id = $2
            ), $3) end
            """
        );
        command.Parameters.Add(new() { Value = standing.Channel.Id });
        command.Parameters.Add(new() { Value = userId });
        command.Parameters.Add(new() { Value = seconds });
        var wait = (int)(await command.ExecuteScalarAsync(ct))!;
        return wait == 0 ? null : PostingRules.MustWait(Math.Min(wait, seconds));
    }
}
