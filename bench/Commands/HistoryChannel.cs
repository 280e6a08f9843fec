using Chatalot.Bench.Load;

namespace Chatalot.Bench.Commands;

/// <summary>A channel with messages in it, and the token of somebody who may read them.</summary>
internal sealed record HistoryChannel(Guid Channel, string Token)
{
    private const int MessageBytes = 300;

    public static async Task<HistoryChannel> JoinAsync(Target server, Guid channel, CancellationToken ct)
    {
        var user = (await server.Accounts.TakeAsync(1, ct))[0];
        await server.Api.JoinChannelAsync(user.AccessToken, channel, ct);
        return new HistoryChannel(channel, user.AccessToken);
    }

    public static async Task<HistoryChannel> FillAsync(
        Target server,
        int messages,
        Action<string> progress,
        CancellationToken ct
    )
    {
        var room = (await server.Seeder.SeedRoomsAsync(rooms: 1, members: 1, senders: 1, ct))[0];
        progress($"filling a channel with {messages} messages");
        await Task.Run(
            () => ChannelFiller.Fill(server.Url, room.Tokens[0], room.Channel, messages, MessageBytes, ct),
            ct
        );
        return new HistoryChannel(room.Channel, room.Tokens[0]);
    }
}
