using System.Text.Json;
using Chatalot.Integration.Tests.Infrastructure;

namespace Chatalot.Integration.Tests.Voice;

public sealed class CallTurmoilTests
{
    private const int People = 6;
    private const int Rounds = 100;
    private const int RoundsBetweenRestarts = 30;

    [Fact]
    public async Task Given_random_joins_leaves_cut_lines_and_restarts_When_it_is_quiet_again_Then_all_lists_and_the_database_agree()
    {
        await using var room = await CallRoom.OpenAsync(
            People,
            change => change.Options = change.Options with { Grace = TimeSpan.FromMilliseconds(50) }
        );
        var server = await room.Server.StartSiblingAsync();
        var witness = await room.ListenAsync(0, server);
        var sockets = new TestSocket?[People];
        var lists = new Guid[People][];
        var random = new Random(20310405);
        var inCall = new HashSet<int>();

        for (var round = 0; round < Rounds; round++)
        {
            var busy = Enumerable.Range(0, People).Where(_ => random.Next(2) == 0).ToList();
            await Task.WhenAll(busy.Select(person => StepAsync(person, random.Next(4))));
            if (round % RoundsBetweenRestarts == RoundsBetweenRestarts - 1)
                await RestartAsync();
        }

        var expected = inCall.Select(person => room.People[person].Id).ToHashSet();
        await Eventually.HoldsAsync(
            async () =>
            {
                await using var late = await room.People[0].At(server).ConnectAsync();
                await late.SendAsync(new { type = "subscribe", channel_ids = new[] { room.Channel } });
                return expected.SetEquals(await CallRoom.NextListAsync(late));
            },
            "the list that a newcomer gets is who is in the call"
        );
        expected.SetEquals(await LastListAsync(witness, [])).ShouldBeTrue("the last list that was told is the list");
        for (var person = 0; person < People; person++)
        {
            if (sockets[person] is { } socket)
                expected.SetEquals(await LastListAsync(socket, lists[person])).ShouldBeTrue($"to person {person} too");
        }
        await Eventually.HoldsAsync(async () => await room.PresentAsync() == expected.Count, "the database agrees");
        (await room.Server.QueryAsync<long>("select count(*) from voice_sessions where ended_at is null")).ShouldBe(
            expected.Count > 0 ? 1 : 0
        );
        foreach (var socket in sockets.OfType<TestSocket>().Append(witness))
            await socket.DisposeAsync();
        await server.DisposeAsync();

        // A restart ends every call; nobody knows that by itself, so whoever comes back is told.
        async Task RestartAsync()
        {
            foreach (var socket in sockets.OfType<TestSocket>().Append(witness))
                await socket.DisposeAsync();
            Array.Clear(sockets);
            await server.DisposeAsync();
            (await room.PresentAsync()).ShouldBe(0, "a server that stops leaves nobody behind");
            server = await room.Server.StartSiblingAsync();
            inCall.Clear();
            witness = await room.People[0].At(server).ConnectAsync();
            await witness.SendAsync(new { type = "subscribe", channel_ids = new[] { room.Channel } });
            (await CallRoom.NextListAsync(witness)).ShouldBeEmpty();
        }

        async Task StepAsync(int person, int step)
        {
            var socket = sockets[person] ??= await OpenAsync(person);
            switch (step)
            {
                case 0:
                    await room.LeaveAsync(socket);
                    lists[person] = await LastListAsync(socket, lists[person]);
                    Forget(person);
                    break;
                case 1:
                    await socket.DisposeAsync();
                    sockets[person] = null;
                    Forget(person);
                    break;
                default:
                    await room.JoinAsync(socket);
                    lists[person] = await LastListAsync(socket, lists[person]);
                    lock (inCall)
                        inCall.Add(person);
                    break;
            }
        }

        async Task<TestSocket> OpenAsync(int person)
        {
            var socket = await room.People[person].At(server).ConnectAsync();
            await socket.SendAsync(new { type = "subscribe", channel_ids = new[] { room.Channel } });
            lists[person] = await LastListAsync(socket, []);
            return socket;
        }

        void Forget(int person)
        {
            lock (inCall)
                inCall.Remove(person);
        }
    }

    /// <summary>What a client shows that has heard all this.</summary>
    private static async Task<Guid[]> LastListAsync(TestSocket socket, Guid[] before) =>
        (await socket.DrainAsync()).LastOrDefault(frame =>
            frame.GetProperty("type").GetString() == "voice_state_update"
        )
            is { ValueKind: JsonValueKind.Object } last
            ? CallRoom.List(last)
            : before;
}
