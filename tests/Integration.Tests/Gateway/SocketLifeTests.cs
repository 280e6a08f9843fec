using Chatalot.Integration.Tests.Infrastructure;

namespace Chatalot.Integration.Tests.Gateway;

public sealed class SocketLifeTests
{
    [Fact]
    public async Task Given_eight_sockets_When_a_ninth_comes_Then_it_hears_why_not_until_one_of_them_leaves()
    {
        await using var server = await TestServer.StartAsync();
        var anna = await server.AddPersonAsync("anna");
        var sockets = new List<TestSocket>();
        for (var i = 0; i < 8; i++)
            sockets.Add(await anna.ConnectAsync());

        await using var ninth = await TestSocket.OpenAsync(anna.Server);
        await ninth.SendAsync(new { type = "authenticate", token = anna.Token });
        await ninth.NextErrorAsync("too_many_sessions");
        await ninth.SendAsync(new { type = "ping", timestamp = 1 });
        await ninth.NextErrorAsync("too_many_sessions");
        await sockets[0].CloseAsync();
        await using var next = await anna.ConnectAsync();

        ninth.CloseStatus.ShouldBeNull();
        (await next.DrainAsync()).ShouldBeEmpty();
        foreach (var socket in sockets)
            await socket.DisposeAsync();
    }
}
