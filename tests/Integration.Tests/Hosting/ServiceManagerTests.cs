using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using Chatalot.Integration.Tests.Guide;
using Chatalot.Integration.Tests.Infrastructure;

namespace Chatalot.Integration.Tests.Hosting;

/// <summary>What systemd hears of a unit of <c>Type=notify</c>.</summary>
public sealed class ServiceManagerTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("chatalot-notify-");
    private readonly Socket manager = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly ConcurrentQueue<string> heard = new();

    public void Dispose()
    {
        manager.Dispose();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Given_a_service_manager_Then_it_is_told_of_readiness_of_life_and_of_the_end()
    {
        var address = Path.Combine(folder.FullName, "notify");
        manager.Bind(new UnixDomainSocketEndPoint(address));
        _ = ListenAsync();
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using var server = await ServerProcess.StartAsync(
            database.ConnectionString,
            ("NOTIFY_SOCKET", address),
            ("WATCHDOG_USEC", "200000")
        );

        await HeardAsync("READY=1");
        await HeardAsync("WATCHDOG=1");
        heard.ShouldNotContain("STOPPING=1");
        (await server.StopAsync("TERM")).ShouldBe(0);
        await HeardAsync("STOPPING=1");
    }

    private Task HeardAsync(string state) => Eventually.HoldsAsync(() => heard.Contains(state), state);

    private async Task ListenAsync()
    {
        var buffer = new byte[256];
        while (true)
            heard.Enqueue(Encoding.ASCII.GetString(buffer, 0, await manager.ReceiveAsync(buffer)));
    }
}
