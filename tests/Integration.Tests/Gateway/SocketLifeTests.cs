using System.Net.WebSockets;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Shared.Realtime;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

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

    [Fact]
    public async Task Given_many_silent_sockets_of_one_address_Then_more_are_refused_until_one_says_who_it_is()
    {
        var options = new RealtimeOptions { UnauthenticatedOfOneAddress = 2 };
        await using var server = await TestServer.StartAsync(adjust: services =>
            services.Replace(ServiceDescriptor.Singleton(options))
        );
        var anna = await server.AddPersonAsync("anna");
        await using var first = await TestSocket.OpenAsync(anna.Server);
        await using var second = await TestSocket.OpenAsync(anna.Server);

        await Should.ThrowAsync<WebSocketException>(() => TestSocket.OpenAsync(anna.Server));
        await first.SendAsync(new { type = "authenticate", token = anna.Token });
        await first.NextAsync("authenticated");

        await using var third = await TestSocket.OpenAsync(anna.Server);
    }
}
