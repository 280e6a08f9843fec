using System.Text;
using System.Text.Json;
using Chatalot.Features.Channels;
using Chatalot.Features.Spaces;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Integration.Tests.Spaces;
using Chatalot.Shared.Documents;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Integration.Tests.Messages;

/// <summary>
/// Anna, Ben and Cora share a community; Anna and Ben a channel of Anna's, too. Dora knows nobody. Anna administers the
/// instance until <see cref="Channel"/> is made, as communities are for admins.
/// </summary>
internal sealed class Meeting(TestServer server, Person anna, Person ben, Person cora, Person dora, Guid channel)
    : IAsyncDisposable
{
    public TestServer Server => server;
    public Person Anna => anna;
    public Person Ben => ben;
    public Person Cora => cora;
    public Person Dora => dora;

    /// <summary>A standalone channel that Anna owns and Ben has joined.</summary>
    public Guid Channel => channel;

    public required Guid Community { get; init; }

    public static async Task<Meeting> OpenAsync(
        Action<IServiceCollection>? adjust = null,
        Dictionary<string, string>? set = null
    )
    {
        var server = await TestServer.StartAsync(set, adjust);
        var admin = await server.AddPersonAsync("admin", InstanceRole.Admin);
        var community = (await admin.PostAsync("/communities", new { name = "Harbour" })).Id;
        var people = new List<Person>();
        foreach (var name in new[] { "anna", "ben", "cora" })
        {
            people.Add(await server.AddPersonAsync(name));
            await InviteTests.JoinAsync(admin, people[^1], community);
        }
        var channel = (await people[0].PostAsync("/channels", new { name = "pier", channel_type = "text" })).Id;
        (await people[1].PostAsync($"/channels/{channel}/join")).Status.ShouldBe(200);
        var dora = await server.AddPersonAsync("dora");
        return new Meeting(server, people[0], people[1], people[2], dora, channel) { Community = community };
    }

    /// <summary>A direct channel of the two, as opening one leaves it.</summary>
    public async Task<Guid> OpenDirectAsync(Person one, Person other)
    {
        var now = server.Clock.GetUtcNow();
        var direct = new Channel
        {
            Id = Guid.CreateVersion7(),
            Type = ChannelType.Dm,
            CreatedAt = now,
            UpdatedAt = now,
        };
        await using var documents = server.Services.GetRequiredService<IDocumentStore>().LightweightSession();
        documents.Insert(direct);
        foreach (var person in new[] { one, other })
            documents.QueueSqlCommand(
                "insert into channel_members (channel_id, user_id, role, joined_at) values (?, ?, 0, ?)",
                direct.Id,
                person.Id,
                now
            );
        await documents.SaveChangesAsync();
        return direct.Id;
    }

    /// <summary>A socket that listens to the channels.</summary>
    public static async Task<TestSocket> ListenAsync(Person person, params Guid[] channelIds)
    {
        var socket = await person.ConnectAsync();
        await socket.SubscribeAsync(channelIds);
        return socket;
    }

    public Task<TestSocket> ListenAsync(Person person) => ListenAsync(person, Channel);

    public ValueTask DisposeAsync() => server.DisposeAsync();
}

/// <summary>What tests say and hear in channels.</summary>
internal static class Talk
{
    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>A message frame; bytes go out as numbers.</summary>
    public static object Message(Guid channelId, string text, string? clientId = null, string type = "text") =>
        new
        {
            type = "send_message",
            channel_id = channelId,
            ciphertext = Numbers(text),
            nonce = Numbers("nonce"),
            message_type = type,
            client_id = clientId,
        };

    public static object Edit(Guid messageId, string text) =>
        new
        {
            type = "edit_message",
            message_id = messageId,
            ciphertext = Numbers(text),
            nonce = Numbers("nonce"),
        };

    /// <summary>Posts and waits for the confirmation; the result is the message's id.</summary>
    public static async Task<Guid> PostAsync(this TestSocket socket, Guid channelId, string text)
    {
        await socket.SendAsync(Message(channelId, text));
        return (await socket.NextAsync("message_sent")).GetProperty("id").GetGuid();
    }

    public static string Text(this JsonElement frame, string member = "ciphertext") =>
        Encoding.UTF8.GetString([.. frame.GetProperty(member).EnumerateArray().Select(b => b.GetByte())]);

    public static string Type(this JsonElement frame) => frame.GetProperty("type").GetString()!;

    public static IEnumerable<string> Types(this IEnumerable<JsonElement> frames) => frames.Select(Type);

    /// <summary>What is not about who is there.</summary>
    public static List<JsonElement> ButPresence(this IEnumerable<JsonElement> frames) =>
        [.. frames.Where(frame => !frame.Type().StartsWith("presence_", StringComparison.Ordinal))];

    public static IEnumerable<string> TypesButPresence(this IEnumerable<JsonElement> frames) =>
        frames.ButPresence().Types();

    private static int[] Numbers(string text) => [.. Bytes(text).Select(b => (int)b)];
}
