using System.Net;
using System.Net.Sockets;

namespace Chatalot.Shared.Outbound;

/// <summary>
/// Which addresses lie on the public internet. Only globally routable unicast passes; forms that carry an IPv4 address
/// inside (mapped, 6to4, NAT64, Teredo) are refused altogether or judged by it.
/// </summary>
public static class PublicAddress
{
    private static readonly IPNetwork[] Refused =
    [
        .. new[]
        {
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/3",
            "2001::/23",
            "2001:db8::/32",
            "2002::/16",
            "3fff::/20",
        }.Select(network => IPNetwork.Parse(network)),
    ];

    /// <summary>All of IPv6 that is given out for unicast.</summary>
    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    /// <summary>Whether a request may go there.</summary>
    public static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (address.AddressFamily == AddressFamily.InterNetworkV6 && !GlobalUnicast.Contains(address))
            return false;
        return !Refused.Any(network =>
            network.BaseAddress.AddressFamily == address.AddressFamily && network.Contains(address)
        );
    }
}
