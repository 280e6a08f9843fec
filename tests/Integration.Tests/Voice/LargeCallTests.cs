using System.Collections.Concurrent;
using System.Text.Json;
using Chatalot.Integration.Tests.Infrastructure;

namespace Chatalot.Integration.Tests.Voice;

public sealed class LargeCallTests
{
    private const int People = 25;
    private const int Pairs = People * (People - 1) / 2;

    [Fact]
    public async Task Given_25_who_join_at_once_When_they_do_as_clients_do_Then_each_pair_connects_exactly_once()
    {
        await using var room = await CallRoom.OpenAsync(People);
        var sockets = await Task.WhenAll(Enumerable.Range(0, People).Select(i => room.ListenAsync(i)));
        var offers = new ConcurrentBag<(Guid From, Guid To)>();
        var answers = new ConcurrentBag<(Guid From, Guid To)>();

        var clients = sockets.Select((socket, i) => TakePartAsync(socket, room.People[i].Id)).ToList();
        await Task.WhenAll(sockets.Select(room.JoinAsync));
        await Eventually.HoldsAsync(() => answers.Count >= Pairs, "every pair is connected");

        foreach (var socket in sockets)
            await socket.DisposeAsync();
        await Task.WhenAll(clients);
        offers.Count.ShouldBe(Pairs);
        offers.Distinct().Count().ShouldBe(Pairs);
        answers.Select(answer => (answer.To, answer.From)).ShouldBe(offers, ignoreOrder: true);
        (await room.Server.QueryAsync<long>("select count(*) from voice_sessions")).ShouldBe(1);

        async Task TakePartAsync(TestSocket socket, Guid self)
        {
            var peers = new HashSet<Guid>();
            await foreach (var frame in socket.AllAsync())
            {
                switch (frame.GetProperty("type").GetString())
                {
                    case "voice_state_update" when CallRoom.List(frame) is var list && list.Contains(self):
                        // Of two the one with the greater id offers (contract, realtime.md 11.4).
                        foreach (var other in list.Where(other => string.CompareOrdinal($"{self}", $"{other}") > 0))
                            if (peers.Add(other))
                                await socket.SendAsync(Signal("rtc_offer", other));
                        break;
                    case "rtc_offer":
                        offers.Add((From(frame), self));
                        await socket.SendAsync(Signal("rtc_answer", From(frame)));
                        break;
                    case "rtc_answer":
                        answers.Add((From(frame), self));
                        break;
                }
            }
        }
    }

    private static Guid From(JsonElement frame) => frame.GetProperty("from_user_id").GetGuid();

    private static object Signal(string type, Guid target) =>
        new
        {
            type,
            target_user_id = target,
            session_id = Guid.NewGuid(),
            sdp = "v=0",
        };
}
