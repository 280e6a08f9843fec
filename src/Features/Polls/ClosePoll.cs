using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Features.Frames;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Postgres;
using Chatalot.Shared.Realtime;
using Npgsql;

namespace Chatalot.Features.Polls;

/// <summary>
/// POST /api/polls/{poll_id}/close: end the voting. Who asked, and moderators and above of the channel. Closing twice
/// does no harm and is told again.
/// </summary>
internal sealed class ClosePoll(ChannelAccess access, NpgsqlDataSource database, Rooms rooms)
    : Endpoint<ClosePoll.Command>
{
    public sealed record Command(Guid PollId);

    public override void Configure()
    {
        Post("/api/polls/{poll_id}/close");
        Summary("Close a poll", 403, 404);
    }

    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        var poll =
            await database.FirstAsync(
                "select channel_id, created_by from polls where id = $1",
                row => new Asked(row.GetGuid(0), row.GetId(1)),
                ct,
                command.PollId
            ) ?? throw PollRules.NotFound.AsException();
        var standing = await access.FindAsync(poll.ChannelId, User.Id(), ct);
        if (PollRules.CheckClose(poll.By, User.Id(), standing?.Level) is { } refusal)
            throw refusal.AsException();
        await database.ExecuteAsync("update polls set closed = true where id = $1", ct, command.PollId);
        rooms.Publish(poll.ChannelId, Wire.Of(new PollClosedFrame(command.PollId, poll.ChannelId)));
        return null;
    }

    private sealed record Asked(Guid ChannelId, Guid? By);
}
