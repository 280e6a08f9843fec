using System.Collections.Concurrent;
using System.Text.Json;
using Chatalot.Features.Presence;
using Chatalot.Features.Spaces;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Integration.Tests.Messages;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Chatalot.Integration.Tests.Presence;

public sealed class PresenceStormTests
{
    private const int People = 14;

    [Fact]
    public async Task Given_everybody_comes_and_goes_at_once_Then_in_the_end_each_knows_the_truth_and_never_heard_of_others()
    {
        await using var meeting = await OpenAsync(TimeSpan.FromMilliseconds(2));
        var crowd = await GatherAsync(meeting);
        // Two more communities that overlap with the first, and two pairs apart.
        await JoinAsync(meeting, "Upper deck", crowd[..9]);
        await JoinAsync(meeting, "Lower deck", crowd[5..]);
        await crowd[0].PostAsync("/users/block", new { user_id = crowd[1].Id });
        await crowd[8].PostAsync("/users/block", new { user_id = crowd[2].Id });
        var stranger = await Listener.ConnectAsync(meeting.Dora);

        var listeners = await Task.WhenAll(crowd.Select(Listener.ConnectAsync));
        var random = new Random(7);
        for (var round = 0; round < 4; round++)
        {
            var statuses = new[] { "online", "dnd", "invisible" };
            await Task.WhenAll(
                listeners.Select(
                    async (listener, i) =>
                    {
                        var status = statuses[random.Next(statuses.Length)];
                        if (random.Next(3) == 0)
                        {
                            await listener.Socket.DisposeAsync();
                            listeners[i] = await Listener.ConnectAsync(crowd[i]);
                        }
                        await listeners[i].Socket.SendAsync(new { type = "update_presence", status });
                        listeners[i].Said = status;
                    }
                )
            );
        }

        foreach (var listener in listeners)
            await Eventually.HoldsAsync(
                () => listener.Knows(listeners.Where(other => MaySee(crowd, listener.Person, other.Person))),
                $"{listener.Person.Username} knows the truth"
            );
        foreach (var listener in listeners)
            listener.HeardOf.ShouldBeSubsetOf(
                crowd
                    .Where(person => person == listener.Person || MaySee(crowd, listener.Person, person))
                    .Select(p => p.Id)
            );
        stranger.HeardOf.ShouldBeEmpty();
        await stranger.Socket.DisposeAsync();
        foreach (var listener in listeners)
            await listener.Socket.DisposeAsync();
    }

    [Fact]
    public async Task Given_many_changes_while_the_last_one_is_being_told_Then_each_listener_gets_the_rest_at_once()
    {
        await using var meeting = await OpenAsync(TimeSpan.FromMilliseconds(200));
        var crowd = await GatherAsync(meeting);
        await using var anna = await meeting.Anna.ConnectAsync();
        await using var first = await crowd[0].ConnectAsync();
        await using var second = await crowd[1].ConnectAsync();
        var sockets = await Task.WhenAll(crowd[2..].Select(person => person.ConnectAsync()));

        // The first comes at once; the others during the rest that follows, which is why they come in one piece.
        var heard = new List<Guid>();
        while (heard.Count < crowd.Length)
            heard.Add((await anna.NextAsync("presence_update")).GetProperty("user_id").GetGuid());

        heard.ShouldBe(crowd.Select(person => person.Id), ignoreOrder: true);
        heard[0].ShouldBe(crowd[0].Id);
        meeting.Server.Services.GetRequiredService<PresenceBoard>().Passes.ShouldBeLessThan(crowd.Length);
        foreach (var socket in sockets)
            await socket.DisposeAsync();
    }

    private static bool MaySee(Person[] crowd, Person one, Person other)
    {
        var (a, b) = (Array.IndexOf(crowd, one), Array.IndexOf(crowd, other));
        return a != b && (Math.Min(a, b), Math.Max(a, b)) is not ((0, 1) or (2, 8));
    }

    private static async Task<Person[]> GatherAsync(Meeting meeting)
    {
        var crowd = new Person[People];
        for (var i = 0; i < People; i++)
            crowd[i] = await meeting.Server.AddPersonAsync($"sailor{i}");
        await AddAsync(meeting, meeting.Community, crowd);
        return crowd;
    }

    private static async Task JoinAsync(Meeting meeting, string name, Person[] crowd)
    {
        var admin = await meeting.Server.AddPersonAsync(
            name.Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant(),
            InstanceRole.Admin
        );
        await AddAsync(meeting, (await admin.PostAsync("/communities", new { name })).Id, crowd);
    }

    private static Task<int> AddAsync(Meeting meeting, Guid community, Person[] crowd) =>
        meeting.Server.ExecuteAsync(
            $"""
            insert into community_members (community_id, user_id, role, joined_at)
            select '{community}', id::uuid, 0, now()
            from unnest(array[{string.Join(',', crowd.Select(person => $"'{person.Id}'"))}]) id
            """
        );

    private static Task<Meeting> OpenAsync(TimeSpan rest) =>
        Meeting.OpenAsync(services =>
            services.Replace(
                ServiceDescriptor.Singleton(
                    new PresenceOptions
                    {
                        Grace = TimeSpan.Zero,
                        UpdateInterval = TimeSpan.Zero,
                        RestPerFrame = rest,
                        FanOutCredit = TimeSpan.Zero,
                    }
                )
            )
        );

    /// <summary>Somebody who writes down what they are told, as a client does.</summary>
    private sealed class Listener(Person person, TestSocket socket)
    {
        private readonly ConcurrentDictionary<Guid, string> known = new();

        public Person Person => person;

        public TestSocket Socket => socket;

        public string Said { get; set; } = "online";

        public IEnumerable<Guid> HeardOf => known.Keys;

        public static async Task<Listener> ConnectAsync(Person person)
        {
            var (socket, greeting) = await TestSocket.GreetedAsync(person);
            var listener = new Listener(person, socket);
            foreach (var frame in greeting)
                listener.Hear(frame);
            _ = listener.ListenAsync();
            return listener;
        }

        public bool Knows(IEnumerable<Listener> others) =>
            others.All(other =>
                known.GetValueOrDefault(other.Person.Id, "offline")
                == (other.Said == "invisible" ? "offline" : other.Said)
            );

        private async Task ListenAsync()
        {
            await foreach (var frame in socket.AllAsync())
                Hear(frame);
        }

        private void Hear(JsonElement frame)
        {
            if (frame.Type() == "presence_update")
                known[frame.GetProperty("user_id").GetGuid()] = frame.GetProperty("status").GetString()!;
            else if (frame.Type() == "presence_bulk")
                foreach (var entry in frame.GetProperty("statuses").EnumerateArray())
                    known[entry[0].GetGuid()] = entry[1].GetString()!;
        }
    }
}
