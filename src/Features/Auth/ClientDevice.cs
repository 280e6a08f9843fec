using System.Net;
using System.Net.Sockets;
using Chatalot.Features.Audit;
using Microsoft.AspNetCore.Http;

namespace Chatalot.Features.Auth;

/// <summary>The device that a request came from, as far as it tells.</summary>
/// <param name="Label">For the list of sessions, or null.</param>
/// <param name="Address">IP address, or null when it is not known.</param>
/// <param name="UserAgent">As <see cref="AuditOrigin"/> keeps it.</param>
internal sealed record ClientDevice(string? Label, IPAddress? Address, string? UserAgent)
{
    private const int NetworkBytes = 8;

    /// <summary>The same for the audit log.</summary>
    public AuditOrigin Origin => new(Address?.ToString(), UserAgent);

    /// <summary>What one customer of a network provider has: an IPv4 address or an IPv6 /64. Never empty.</summary>
    public string Network => NetworkOf(Address);

    /// <summary>Reads the request; its address is already that behind trusted proxies.</summary>
    public static ClientDevice Of(HttpContext context)
    {
        var agent = AuditOrigin.Of(context).UserAgent;
        return new(DeviceLabel.Of(agent), context.Connection.RemoteIpAddress, agent);
    }

    /// <summary>The network of an address; all unknown ones share one.</summary>
    public static string NetworkOf(IPAddress? address)
    {
        if (address?.AddressFamily != AddressFamily.InterNetworkV6)
            return address?.ToString() ?? "unknown";
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(NetworkBytes).Clear();
        return $"{new IPAddress(bytes)}/64";
    }
}
