using System.Net;
using System.Net.Sockets;

namespace Chatalot.Shared.Http;

/// <summary>The networks whose <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> are believed.</summary>
public sealed class TrustedProxies
{
    /// <summary>This machine and the bridge networks that container engines hand out (172.17 to 172.31).</summary>
    public const string DefaultList = "127.0.0.0/8,::1/128,172.17.0.0/16,172.18.0.0/15,172.20.0.0/14,172.24.0.0/13";

    private readonly IPNetwork[] networks;

    private TrustedProxies(IPNetwork[] networks) => this.networks = networks;

    /// <summary>The networks of <see cref="DefaultList"/>.</summary>
    public static TrustedProxies Default { get; } = Parse(DefaultList);

    /// <summary>Reads a comma-separated list of networks (<c>10.0.0.0/8</c>) and single addresses.</summary>
    /// <exception cref="FormatException">An item is neither; the message names it.</exception>
    public static TrustedProxies Parse(string list) =>
        new([
            .. list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(item => Network(item) ?? throw new FormatException($"'{item}' is not an address or a network")),
        ]);

    /// <summary>True for an address inside one of the networks; IPv4 written as IPv6 counts as IPv4.</summary>
    public bool Contains(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        foreach (var network in networks)
        {
            if (network.Contains(plain))
                return true;
        }
        return false;
    }

    private static IPNetwork? Network(string item)
    {
        if (IPNetwork.TryParse(item, out var network))
            return network;
        return IPAddress.TryParse(item, out var single)
            ? new IPNetwork(single, single.AddressFamily == AddressFamily.InterNetwork ? 32 : 128)
            : null;
    }
}
