using Chatalot.Features.Maintenance;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Integration.Tests.Spaces;

namespace Chatalot.Integration.Tests.Maintenance;

/// <summary>Messages that time removes: readers see them go, and nothing that answers them keeps them.</summary>
public sealed class MessageRemovalTests
{
    [Fact]
    public async Task J1_J10_G44_Given_an_expired_message_with_a_newer_reply_Then_it_goes_and_readers_are_told()
    {
        await using var room = await Room.OpenAsync();
        var old = await room.SayAsync("soon gone");
        var reply = await room.SayAsync("an answer", replyTo: old);
        await room.Server.ExecuteAsync($"update messages set expires_at = now() where id = '{old}'");

        (await room.Server.RunJobAsync<ExpireMessages>()).Items.ShouldBe(1);

        var told = await room.Reader.NextAsync("message_deleted");
        told.GetProperty("message_id").GetGuid().ShouldBe(old);
        var history = (await room.Bob.GetAsync($"/channels/{room.Channel}/messages")).Rows;
        history.Select(row => row.GetProperty("id").GetGuid()).ShouldBe([reply]);
        (await room.Server.QueryAsync<long>("select count(*) from messages where reply_to_id is not null")).ShouldBe(0);
    }

    [Fact]
    public async Task J1_G42_Given_deleted_messages_Then_those_of_31_days_ago_go_for_good_even_when_answered()
    {
        await using var room = await Room.OpenAsync();
        var old = await room.SayAsync("deleted long ago");
        var recent = await room.SayAsync("deleted lately");
        await room.SayAsync("an answer", replyTo: old);
        await room.Server.ExecuteAsync(
            $"""
            update messages set deleted_at = now() - case when id = '{old}' then interval '31 days' else '29 days' end
            where id in ('{old}', '{recent}')
            """
        );

        (await room.Server.RunJobAsync<PurgeDeletedMessages>()).Items.ShouldBe(1);

        (await room.Server.QueryAsync<long>("select count(*) from messages")).ShouldBe(2);
        (await room.Reader.DrainAsync()).ShouldNotContain(frame =>
            frame.GetProperty("type").GetString() == "message_deleted"
        );
    }

    [Theory]
    [InlineData("text", 1)]
    [InlineData("gallery", 0)]
    public async Task Given_a_thread_whose_root_goes_for_good_Then_its_replies_are_posts_of_their_own_but_not_in_a_gallery(
        string type,
        int posts
    )
    {
        await using var room = await Room.OpenAsync();
        var root = await room.SayAsync("the picture");
        var comment = await room.SayAsync("how nice");
        await room.Server.ExecuteAsync(
            $$"""
            update messages set thread_id = '{{root}}' where id = '{{comment}}';
            update messages set deleted_at = now() - interval '31 days' where id = '{{root}}';
            update mt_doc_channel set data = data || '{"type": "{{type}}"}' where id = '{{room.Channel}}'
            """
        );

        (await room.Server.RunJobAsync<PurgeDeletedMessages>()).Items.ShouldBe(1);

        var history = $"/channels/{room.Channel}/messages";
        (await room.Bob.GetAsync($"{history}?root_only=true")).Rows.Count.ShouldBe(posts);
        (await room.Bob.GetAsync(history)).Rows.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Given_a_channel_that_is_gone_Then_its_messages_go_too()
    {
        await using var room = await Room.OpenAsync();
        await room.SayAsync("the last word");
        await room.Server.ExecuteAsync($"delete from mt_doc_channel where id = '{room.Channel}'");

        (await room.Server.RunJobAsync<PurgeDeletedMessages>()).Items.ShouldBe(1);

        (await room.Server.QueryAsync<long>("select count(*) from messages")).ShouldBe(0);
    }

    [Fact]
    public async Task Given_a_channel_whose_messages_disappear_When_their_time_has_come_Then_the_sweep_takes_them()
    {
        await using var room = await Room.OpenAsync();
        await room.SayAsync("this one stays");
        (await room.Ada.PatchAsync($"/channels/{room.Channel}", new { message_ttl_seconds = 300 })).Status.ShouldBe(
            200
        );
        await room.SayAsync("this one does not");

        (await room.Server.RunJobAsync<ExpireMessages>()).Items.ShouldBe(0);
        room.Server.Clock.Advance(TimeSpan.FromSeconds(301));
        (await room.Server.RunJobAsync<ExpireMessages>()).Items.ShouldBe(1);

        (await room.Bob.GetAsync($"/channels/{room.Channel}/messages")).Rows.Count.ShouldBe(1);
    }

    /// <summary>A channel of Ada's where she speaks and Bob listens.</summary>
    private sealed class Room(Harbour harbour, Guid channel, TestSocket writer, TestSocket reader) : IAsyncDisposable
    {
        public TestServer Server => harbour.Server.Product;
        public Person Ada => harbour.Ada;
        public Person Bob => harbour.Bob;
        public Guid Channel => channel;
        public TestSocket Reader => reader;

        public static async Task<Room> OpenAsync()
        {
            var harbour = await Harbour.OpenAsync();
            var channel = (await harbour.Ada.PostAsync("/channels", new { name = "quay", channel_type = "text" })).Id;
            (await harbour.Bob.PostAsync($"/channels/{channel}/join")).Status.ShouldBe(200);
            var reader = await harbour.Bob.ConnectAsync();
            await reader.SubscribeAsync(channel);
            return new Room(harbour, channel, await harbour.Ada.ConnectAsync(), reader);
        }

        public async Task<Guid> SayAsync(string text, Guid? replyTo = null)
        {
            await writer.SendAsync(
                new
                {
                    type = "send_message",
                    channel_id = channel,
                    ciphertext = System.Text.Encoding.UTF8.GetBytes(text).Select(value => (int)value),
                    nonce = Enumerable.Repeat(1, 12),
                    message_type = "text",
                    reply_to = replyTo,
                }
            );
            return (await writer.NextAsync("message_sent")).GetProperty("id").GetGuid();
        }

        public async ValueTask DisposeAsync()
        {
            await writer.DisposeAsync();
            await reader.DisposeAsync();
            await harbour.DisposeAsync();
        }
    }
}
