using System.Text.Json;
using Chatalot.Features.Voice;
using Chatalot.Integration.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Chatalot.Integration.Tests.Voice;

/// <summary>A voice channel with so many members, the first of them its owner; all times are short.</summary>
internal sealed class CallRoom(TestServer server, Guid channel, IReadOnlyList<Person> people) : IAsyncDisposable
{
    public TestServer Server => server;

    public Guid Channel => channel;

    public IReadOnlyList<Person> People => people;

    public static async Task<CallRoom> OpenAsync(
        int people,
        Action<VoiceOptionsChange>? change = null,
        Dictionary<string, string>? set = null
    )
    {
        var wanted = new VoiceOptionsChange();
        change?.Invoke(wanted);
        var server = await TestServer.StartAsync(
            set,
            services => services.Replace(ServiceDescriptor.Singleton(wanted.Options))
        );
        var members = new List<Person>();
        for (var i = 0; i < people; i++)
            members.Add(await server.AddPersonAsync($"person{i:00}"));
        var channel = (await members[0].PostAsync("/channels", new { name = "lounge", channel_type = "voice" })).Id;
        foreach (var member in members.Skip(1))
            (await member.PostAsync($"/channels/{channel}/join")).ShouldBeEmpty();
        return new CallRoom(server, channel, members);
    }

    /// <summary>A socket of this member that listens to the channel.</summary>
    public async Task<TestSocket> ListenAsync(int person, TestServer? at = null)
    {
        var socket = await (at is null ? people[person] : people[person].At(at)).ConnectAsync();
        await socket.SubscribeAsync(channel);
        return socket;
    }

    public Task JoinAsync(TestSocket socket) => socket.SendAsync(new { type = "join_voice", channel_id = channel });

    public Task LeaveAsync(TestSocket socket) => socket.SendAsync(new { type = "leave_voice", channel_id = channel });

    public static Task OfferAsync(TestSocket socket, Person target, Guid? session = null, string sdp = "v=0") =>
        socket.SendAsync(
            new
            {
                type = "rtc_offer",
                target_user_id = target.Id,
                session_id = session ?? Guid.NewGuid(),
                sdp,
            }
        );

    /// <summary>The next list that this socket hears.</summary>
    public static async Task<Guid[]> NextListAsync(TestSocket socket) =>
        List(await socket.NextAsync("voice_state_update"));

    /// <summary>Waits for a list of so many.</summary>
    public static async Task<Guid[]> ListOfAsync(TestSocket socket, int count)
    {
        while (true)
        {
            var list = await NextListAsync(socket);
            if (list.Length == count)
                return list;
        }
    }

    public static Guid[] List(JsonElement state) =>
        [.. state.GetProperty("participants").EnumerateArray().Select(id => id.GetGuid())];

    public static string[] Types(IEnumerable<JsonElement> frames) =>
        [.. frames.Select(frame => frame.GetProperty("type").GetString()!)];

    /// <summary>Who is in a call by the database.</summary>
    public Task<long> PresentAsync() =>
        server.QueryAsync<long>(
            """
            select count(*) from voice_participants participant
            join voice_sessions session on session.id = participant.session_id
            where participant.left_at is null and session.ended_at is null
            """
        );

    public ValueTask DisposeAsync() => server.DisposeAsync();
}

/// <summary>What a test changes.</summary>
internal sealed class VoiceOptionsChange
{
    public VoiceOptions Options { get; set; } = new() { Grace = TimeSpan.FromMilliseconds(300), JoinBurst = 1000 };
}
