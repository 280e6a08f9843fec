using System.Globalization;
using System.Net.Sockets;

namespace Chatalot.Host;

/// <summary>
/// Tells systemd when the server is ready, that it is alive and when it stops (sd_notify(3), <c>Type=notify</c>). Ready
/// means that it answers, also while its database is away: that is told by its health.
/// </summary>
internal sealed class ServiceManager : IDisposable
{
    /// <summary>Never waits: a manager that does not read must not hold up the server.</summary>
    private readonly Socket socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified)
    {
        Blocking = false,
    };
    private readonly UnixDomainSocketEndPoint address;
    private readonly CancellationTokenRegistration ready;
    private readonly CancellationTokenRegistration stopping;
    private readonly Timer? watchdog;

    private ServiceManager(IHostApplicationLifetime server, string path, TimeSpan? limit)
    {
        // A leading @ stands for the null byte of an abstract address.
        address = new UnixDomainSocketEndPoint(path.StartsWith('@') ? $"\0{path.AsSpan(1)}" : path);
        if (limit is { } silence)
            watchdog = new Timer(_ => Tell("WATCHDOG=1"u8), null, silence / 2, silence / 2);
        ready = server.ApplicationStarted.Register(() => Tell("READY=1"u8));
        stopping = server.ApplicationStopping.Register(() => Tell("STOPPING=1"u8));
    }

    /// <summary>
    /// Follows the server from here on when a service manager asked for it, by the variables that it sets for its
    /// children; they are no settings of the server's own.
    /// </summary>
    public static ServiceManager? Find(IHostApplicationLifetime server)
    {
        if (Environment.GetEnvironmentVariable("NOTIFY_SOCKET") is not { Length: > 1 } path)
            return null;
        var limit = Environment.GetEnvironmentVariable("WATCHDOG_USEC");
        var isLimited = long.TryParse(limit, CultureInfo.InvariantCulture, out var microseconds) && microseconds > 0;
        return new ServiceManager(server, path, isLimited ? TimeSpan.FromMicroseconds(microseconds) : null);
    }

    public void Dispose()
    {
        ready.Dispose();
        stopping.Dispose();
        watchdog?.Dispose();
        socket.Dispose();
    }

    private void Tell(ReadOnlySpan<byte> state)
    {
        try
        {
            _ = socket.SendTo(state, address);
        }
        catch (Exception reason) when (reason is SocketException or ObjectDisposedException)
        {
            // A manager that does not listen decides by itself; the server goes on either way.
        }
    }
}
