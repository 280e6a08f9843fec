using System.Net.WebSockets;
using System.Text;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Shared.Realtime;

namespace Chatalot.Integration.Tests.Realtime;

public sealed class ConnectionTests
{
    [Fact]
    public async Task Everybody_in_a_room_hears_everything_in_the_same_order()
    {
        await using var server = await RoomServer.StartAsync(
            new RealtimeOptions { FramesPerSecond = 0, FrameBurst = 0 }
        );
        var clients = new List<ClientWebSocket>();
        for (var i = 0; i < 5; i++)
            clients.Add(await server.ConnectAsync());

        await Task.WhenAll(
            clients.Select(
                async (client, who) =>
                {
                    for (var i = 0; i < 200; i++)
                        await client.SendTextAsync($"{who}:{i}");
                }
            )
        );
        var heard = await Task.WhenAll(
            clients.Select(async client =>
            {
                var texts = new List<string>();
                while (texts.Count < 1000)
                    texts.Add(await client.ReceiveTextAsync());
                return texts;
            })
        );

        heard.ShouldAllBe(texts => texts.SequenceEqual(heard[0]));
        heard[0].Distinct().Count().ShouldBe(1000);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(65_535)]
    [InlineData(70_000)]
    [InlineData(1_000_000)]
    public async Task Messages_of_every_size_go_through(int size)
    {
        await using var server = await RoomServer.StartAsync(new RealtimeOptions());
        var client = await server.ConnectAsync();

        await client.SendTextAsync(new string('ä', size / 2));

        (await client.ReceiveTextAsync()).ShouldBe(new string('ä', size / 2));
    }

    [Fact]
    public async Task Given_a_message_in_fragments_Then_it_is_read_as_one()
    {
        await using var server = await RoomServer.StartAsync(new RealtimeOptions());
        var client = await server.ConnectAsync();

        foreach (var part in new[] { "one ", "two ", "three" })
            await client.SendAsync(Encoding.UTF8.GetBytes(part), WebSocketMessageType.Text, part == "three", default);

        (await client.ReceiveTextAsync()).ShouldBe("one two three");
    }

    [Fact]
    public async Task Given_a_message_over_the_limit_Then_it_is_reported_and_the_connection_lives()
    {
        await using var server = await RoomServer.StartAsync(new RealtimeOptions { MaxTextBytes = 1000 });
        var client = await server.ConnectAsync();

        await client.SendTextAsync(new string('x', 50_000));
        await client.SendTextAsync("still here");

        (await client.ReceiveTextAsync()).ShouldBe("still here");
        server.ReceivedKinds[0].ShouldBe(ReceivedKind.TooLarge);
    }

    [Fact]
    public async Task Given_a_message_beyond_every_bound_Then_the_connection_is_closed_with_1009()
    {
        await using var server = await RoomServer.StartAsync(
            new RealtimeOptions { MaxTextBytes = 1000, FatalTextBytes = 100_000 }
        );
        var client = await server.ConnectAsync();

        await client.SendTextAsync(new string('x', 200_000));

        (await client.ReceiveTextAsync()).ShouldBe("closed 1009");
    }

    [Fact]
    public async Task Given_invalid_utf8_Then_the_connection_is_closed_with_1007()
    {
        await using var server = await RoomServer.StartAsync(new RealtimeOptions());
        var client = await server.ConnectAsync();

        await client.SendAsync(new byte[] { 0xC3, 0x28 }, WebSocketMessageType.Text, true, default);

        (await client.ReceiveTextAsync()).ShouldBe("closed 1007");
    }

    [Fact]
    public async Task Given_a_slow_reader_Then_it_alone_is_closed_and_the_others_miss_nothing()
    {
        await using var server = await RoomServer.StartAsync(new RealtimeOptions { QueueBytes = 256 * 1024 });
        var slow = await server.ConnectAsync();
        var quick = await server.ConnectAsync();
        var text = new string('x', 100_000);

        // More than kernel buffers and the queue hold together, read by one of the two only.
        for (var i = 0; i < 200; i++)
        {
            server.Publish(text + i);
            (await quick.ReceiveTextAsync()).ShouldBe(text + i);
        }

        server.Accepted[0].CloseReason.ShouldBe("too slow, please reconnect");
        server.Accepted[1].CloseReason.ShouldBeNull();
        string last;
        do last = await slow.ReceiveTextAsync();
        while (last.StartsWith('x'));
        last.ShouldBe("closed 1013");
    }

    [Fact]
    public async Task Given_the_client_closes_Then_it_gets_its_close_frame_back()
    {
        await using var server = await RoomServer.StartAsync(new RealtimeOptions());
        var client = await server.ConnectAsync();

        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", CancellationToken.None);

        client.CloseStatus.ShouldBe(WebSocketCloseStatus.NormalClosure);
        await Eventually.TrueAsync(() => !server.Rooms.IsOccupied(RoomServer.Room));
    }

    [Fact]
    public async Task Given_the_server_closes_Then_what_was_queued_arrives_before_the_close_frame()
    {
        await using var server = await RoomServer.StartAsync(new RealtimeOptions());
        var client = await server.ConnectAsync();

        server.Publish("first");
        server.Accepted[0].Close(CloseCode.GoingAway, "later", OutgoingFrame.Text("last words"u8));
        server.Publish("too late");

        (await client.ReceiveTextAsync()).ShouldBe("first");
        (await client.ReceiveTextAsync()).ShouldBe("last words");
        (await client.ReceiveTextAsync()).ShouldBe("closed 1001");
    }

    [Fact]
    public async Task Given_a_peer_that_never_answers_the_close_frame_Then_it_is_cut_in_time()
    {
        await using var server = await RoomServer.StartAsync(
            new RealtimeOptions { CloseTimeout = TimeSpan.FromMilliseconds(200) }
        );
        await server.ConnectAsync();

        server.Accepted[0].Close(CloseCode.GoingAway, "later");

        await Eventually.TrueAsync(() => server.Accepted[0].Ended.IsCancellationRequested);
    }

    [Fact]
    public async Task Given_sockets_that_come_and_go_while_others_publish_Then_no_room_keeps_a_dead_one()
    {
        await using var server = await RoomServer.StartAsync(new RealtimeOptions());
        using var stop = new CancellationTokenSource();
        var publishing = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                server.Publish("tick");
                server.Rooms.RemoveIdle();
                await Task.Yield();
            }
        });

        await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(async _ =>
                {
                    for (var i = 0; i < 25; i++)
                    {
                        var client = await server.ConnectAsync();
                        // On a busy machine the ticks may come faster than they are written: too slow is an end, too.
                        (await client.ReceiveTextAsync()).ShouldBeOneOf("tick", "closed 1013");
                        client.Abort();
                    }
                })
        );
        await stop.CancelAsync();
        await publishing;

        await Eventually.TrueAsync(() => !server.Rooms.IsOccupied(RoomServer.Room));
    }
}
