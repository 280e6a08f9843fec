namespace Chatalot.Bench.Accounts;

/// <summary>Makes users and channels the way clients do, over HTTP.</summary>
internal sealed class HttpSeeder(ChatalotApi api, AccountPool accounts, int socketsPerUser) : ISeeder
{
    private const int ParallelRequests = 4;

    public async Task<IReadOnlyList<SeededRoom>> SeedRoomsAsync(
        int rooms,
        int members,
        int senders,
        CancellationToken ct
    )
    {
        var receiverUsers = DivideUp(rooms * (members - senders), socketsPerUser);
        var users = await accounts.TakeAsync(rooms * senders + receiverUsers, ct);
        var seeded = new SeededRoom[rooms];
        await Parallel.ForAsync(
            0,
            rooms,
            new ParallelOptions { MaxDegreeOfParallelism = ParallelRequests, CancellationToken = ct },
            async (room, token) =>
            {
                var firstReceiver = room * (members - senders);
                var seats = Enumerable
                    .Range(0, members)
                    .Select(seat =>
                        seat < senders
                            ? users[room * senders + seat]
                            : users[rooms * senders + (firstReceiver + seat - senders) / socketsPerUser]
                    )
                    .ToList();
                var channel = await CreateChannelAsync($"bench room {room + 1}", [.. seats.Distinct()], token);
                seeded[room] = new SeededRoom(channel, [.. seats.Select(user => user.AccessToken)]);
            }
        );
        return seeded;
    }

    public async Task<(IReadOnlyList<string> Tokens, IReadOnlyList<Guid> Channels)> SeedSocketsAsync(
        int sockets,
        int channels,
        CancellationToken ct
    )
    {
        var users = await accounts.TakeAsync(DivideUp(sockets, socketsPerUser), ct);
        var ids = new List<Guid>();
        for (var i = 0; i < channels; i++)
            ids.Add(await CreateChannelAsync($"bench idle {i + 1}", users, ct));
        return ([.. Enumerable.Range(0, sockets).Select(i => users[i / socketsPerUser].AccessToken)], ids);
    }

    private async Task<Guid> CreateChannelAsync(string name, IReadOnlyList<Account> members, CancellationToken ct)
    {
        var channel = await api.CreateChannelAsync(members[0].AccessToken, name, ct);
        foreach (var member in members.Skip(1))
            await api.JoinChannelAsync(member.AccessToken, channel, ct);
        return channel;
    }

    private static int DivideUp(int count, int by) => (count + by - 1) / by;
}
