using Chatalot.Features.Presence;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Shared.Realtime;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Integration.Tests.Gateway;

/// <summary>
/// Many people come, listen, are thrown out and go, all at once: whatever the order, what the server believes of them
/// in the end is what is true (contract, realtime.md C5).
/// </summary>
public sealed class ComingAndGoingTests
{
    private const int People = 8;
    private const int Steps = 40;

    [Theory]
    [InlineData(1)]
    [InlineData(20310405)]
    public async Task Whatever_the_order_rooms_presence_and_connections_are_right_and_empty_in_the_end(int seed)
    {
        await using var server = await TestServer.StartAsync(
            new() { ["SOCKET_RATE_PER_SECOND"] = "0", ["SOCKET_RATE_BURST"] = "0" }
        );
        var (connections, rooms) = (Of<Connections>(), Of<Rooms>());
        var owner = await server.AddPersonAsync("owner");
        var channel = (await owner.PostAsync("/channels", new { name = "pier", channel_type = "text" })).Id;
        var guests = new List<Guest>();
        for (var i = 0; i < People; i++)
            guests.Add(new Guest(await server.AddPersonAsync($"guest{i}"), owner, channel, new Random(seed + i)));

        await Task.WhenAll(guests.Select(guest => guest.WanderAsync(Steps)));

        foreach (var guest in guests)
            await Eventually.HoldsAsync(
                () => connections.Of(guest.Person.Id).Count == guest.Sockets.Count,
                $"{guest.Person.Username} has {guest.Sockets.Count} sockets"
            );
        var listening = guests.Sum(guest => guest.Sockets.Count(socket => socket.IsListening));
        await Eventually.HoldsAsync(() => rooms.CountIn(channel) == listening, $"{listening} listen");
        connections.Count.ShouldBe(guests.Sum(guest => guest.Sockets.Count));
        connections.Users.ShouldBe(guests.Count(guest => guest.Sockets.Count > 0));
        server.Clock.Advance(new PresenceOptions().Grace + TimeSpan.FromSeconds(1));
        Of<PresenceBoard>()
            .Everybody.ShouldBe(
                guests.Where(guest => guest.Sockets.Count > 0).Select(guest => guest.Person.Id),
                ignoreOrder: true
            );

        await Task.WhenAll(guests.Select(guest => guest.GoAsync()));

        await Eventually.HoldsAsync(() => connections.Count == 0 && connections.Users == 0, "everybody is gone");
        rooms.CountIn(channel).ShouldBe(0);
        rooms.RemoveIdle();
        rooms.Count.ShouldBe(0);
        await Eventually.HoldsAsync(
            () =>
            {
                server.Clock.Advance(new PresenceOptions().Grace + TimeSpan.FromSeconds(1));
                return Of<PresenceBoard>().Everybody.Length == 0;
            },
            "nobody is present"
        );

        T Of<T>()
            where T : notnull => server.Services.GetRequiredService<T>();
    }

    private sealed class Device(TestSocket line)
    {
        public TestSocket Line => line;
        public bool IsListening { get; set; }
    }

    /// <summary>
    /// One person, who does one thing after the other beside all others, and knows what must have come of it.
    /// </summary>
    private sealed class Guest(Person person, Person owner, Guid channel, Random random)
    {
        private bool isMember;

        public Person Person => person;
        public List<Device> Sockets { get; } = [];

        public async Task WanderAsync(int steps)
        {
            for (var step = 0; step < steps; step++)
                await (
                    random.Next(8) switch
                    {
                        0 or 1 when Sockets.Count < 4 => ComeAsync(),
                        2 => LeaveAsync(),
                        3 or 4 => SubscribeAsync(),
                        5 => UnsubscribeAsync(),
                        6 => BeKickedAsync(),
                        _ => JoinAsync(),
                    }
                );
        }

        public async Task GoAsync()
        {
            while (Sockets.Count > 0)
                await LeaveAsync();
        }

        private async Task ComeAsync() => Sockets.Add(new Device(await person.ConnectAsync()));

        private async Task LeaveAsync()
        {
            if (Any() is not { } device)
                return;
            Sockets.Remove(device);
            if (random.Next(2) == 0)
                await device.Line.CloseAsync();
            await device.Line.DisposeAsync();
        }

        private async Task SubscribeAsync()
        {
            if (Any() is not { } device)
                return;
            await device.Line.SubscribeAsync(channel);
            device.IsListening |= isMember;
        }

        private async Task UnsubscribeAsync()
        {
            if (Any() is not { } device)
                return;
            await device.Line.SendAsync(new { type = "unsubscribe", channel_ids = new[] { channel } });
            await device.Line.DrainAsync();
            device.IsListening = false;
        }

        private async Task JoinAsync()
        {
            if (isMember)
                return;
            (await person.PostAsync($"/channels/{channel}/join")).ShouldBeEmpty();
            isMember = true;
        }

        private async Task BeKickedAsync()
        {
            if (!isMember)
                return;
            (await owner.PostAsync($"/channels/{channel}/members/{person.Id}/kick")).Status.ShouldBe(200);
            isMember = false;
            Sockets.ForEach(device => device.IsListening = false);
        }

        private Device? Any() => Sockets.Count == 0 ? null : Sockets[random.Next(Sockets.Count)];
    }
}
