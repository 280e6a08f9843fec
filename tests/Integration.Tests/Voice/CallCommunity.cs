using Chatalot.Features.Spaces;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Integration.Tests.Spaces;

namespace Chatalot.Integration.Tests.Voice;

/// <summary>A community of Ada's with a group and its channel; Bob and Cy are members of all three.</summary>
internal sealed record CallCommunity(
    TestServer Server,
    Person Ada,
    Person Bob,
    Person Cy,
    Guid Community,
    Guid Group,
    Guid Channel
) : IAsyncDisposable
{
    public static async Task<CallCommunity> OpenAsync()
    {
        var server = await TestServer.StartAsync();
        var ada = await server.AddPersonAsync("ada", InstanceRole.Admin);
        var (bob, cy) = (await server.AddPersonAsync("bob"), await server.AddPersonAsync("cy"));
        var community = (await ada.PostAsync("/communities", new { name = "Harbour" })).Id;
        await InviteTests.JoinAsync(ada, bob, community);
        await InviteTests.JoinAsync(ada, cy, community);
        var group = (await ada.PostAsync("/groups", new { community_id = community, name = "Crew" })).Id;
        var channel = (await ada.GetAsync($"/groups/{group}/channels")).Rows.Single().GetProperty("id").GetGuid();
        return new CallCommunity(server, ada, bob, cy, community, group, channel);
    }

    /// <summary>A socket that listens to the channel, or to another one.</summary>
    public async Task<TestSocket> ListenAsync(Person person, Guid? channel = null)
    {
        var socket = await person.ConnectAsync();
        await socket.SubscribeAsync(channel ?? Channel);
        return socket;
    }

    public Task JoinAsync(TestSocket socket, Guid? channel = null) =>
        socket.SendAsync(new { type = "join_voice", channel_id = channel ?? Channel });

    public Task KickAsync(TestSocket socket, Person target) =>
        socket.SendAsync(
            new
            {
                type = "kick_from_voice",
                channel_id = Channel,
                user_id = target.Id,
            }
        );

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
