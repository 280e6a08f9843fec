using System.Text;
using System.Text.Json;
using Chatalot.Features.Spaces;
using Chatalot.Integration.Tests.Infrastructure;

namespace Chatalot.Integration.Tests.Texts;

/// <summary>One text channel: Ada owns it, Bob is in it, Cy is not; the owner administers the instance.</summary>
internal sealed class Quay(TestServer server, Person owner, Person ada, Person bob, Person cy, Guid channel)
    : IAsyncDisposable
{
    public TestServer Server => server;
    public Person Owner => owner;
    public Person Ada => ada;
    public Person Bob => bob;
    public Person Cy => cy;
    public Guid Channel => channel;

    public static async Task<Quay> OpenAsync(Dictionary<string, string>? set = null)
    {
        var server = await TestServer.StartAsync(set);
        var owner = await server.AddPersonAsync("owner", InstanceRole.Owner);
        var ada = await server.AddPersonAsync("ada");
        var bob = await server.AddPersonAsync("bob");
        var cy = await server.AddPersonAsync("cy");
        var channel = await OpenChannelAsync(ada, "quay");
        (await bob.PostAsync($"/channels/{channel}/join")).ShouldBeEmpty();
        return new Quay(server, owner, ada, bob, cy, channel);
    }

    public static async Task<Guid> OpenChannelAsync(Person by, string name) =>
        (await by.PostAsync("/channels", new { name, channel_type = "text" })).Id;

    /// <summary>Sends a plain text and returns the id that the server gave it.</summary>
    public Task<Guid> SayAsync(Person by, string text, Guid? thread = null, Guid? to = null) =>
        SendAsync(by, Encoding.UTF8.GetBytes(text), "text", thread, to);

    public async Task<Guid> SendAsync(Person by, byte[] content, string type, Guid? thread = null, Guid? to = null)
    {
        await using var socket = await by.ConnectAsync();
        await socket.SendAsync(
            new
            {
                type = "send_message",
                channel_id = to ?? channel,
                ciphertext = content.Select(b => (int)b),
                nonce = new[] { 1, 2, 3 },
                message_type = type,
                thread_id = thread,
            }
        );
        return (await socket.NextAsync("message_sent")).GetProperty("id").GetGuid();
    }

    /// <summary>A socket that listens to the channel.</summary>
    public async Task<TestSocket> ListenAsync(Person person)
    {
        var socket = await person.ConnectAsync();
        await socket.SubscribeAsync(channel);
        return socket;
    }

    public Task HideAsync(Guid message, string column = "deleted_at") =>
        server.ExecuteAsync($"update messages set {column} = now() where id = '{message}'");

    public static Guid[] Ids(Answer answer) => [.. answer.Rows.Select(row => row.GetProperty("id").GetGuid())];

    public static string Text(JsonElement message) =>
        Encoding.UTF8.GetString([.. message.GetProperty("ciphertext").EnumerateArray().Select(b => b.GetByte())]);

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
