using System.Net;
using Chatalot.Shared.Http;
using Microsoft.Extensions.Primitives;

namespace Chatalot.Features.Tests.Http;

public sealed class ClientAddressTests
{
    [Theory]
    // peer, X-Forwarded-For lines separated by |, expected
    [InlineData("203.0.113.9", null, "203.0.113.9")]
    [InlineData("203.0.113.9", "198.51.100.1", "203.0.113.9")] // an untrusted peer is believed nothing
    [InlineData("127.0.0.1", "198.51.100.1", "198.51.100.1")]
    [InlineData("127.0.0.1", null, "127.0.0.1")]
    [InlineData("127.0.0.1", "6.6.6.6, 198.51.100.1", "198.51.100.1")] // the left element came from the client
    [InlineData("127.0.0.1", "6.6.6.6, 198.51.100.1, 172.18.0.3", "198.51.100.1")]
    [InlineData("127.0.0.1", "6.6.6.6|198.51.100.1,172.31.0.3", "198.51.100.1")]
    [InlineData("127.0.0.1", "172.18.0.9, 172.18.0.3", "172.18.0.9")] // all trusted: the furthest
    [InlineData("127.0.0.1", "not-an-address", "127.0.0.1")]
    [InlineData("127.0.0.1", "198.51.100.1, unknown, 172.18.0.3", "172.18.0.3")]
    [InlineData("127.0.0.1", "17", "127.0.0.1")]
    [InlineData("127.0.0.1", " , ,198.51.100.1, ", "198.51.100.1")]
    [InlineData("127.0.0.1", "198.51.100.1:4711", "198.51.100.1")]
    [InlineData("127.0.0.1", "[2001:db8::7]:4711", "2001:db8::7")]
    [InlineData("::1", "2001:db8::7", "2001:db8::7")]
    [InlineData("::ffff:127.0.0.1", "198.51.100.1", "198.51.100.1")]
    [InlineData("::ffff:203.0.113.9", null, "203.0.113.9")]
    [InlineData("127.0.0.1", "::ffff:198.51.100.1", "198.51.100.1")]
    [InlineData("172.19.44.2", "198.51.100.1", "198.51.100.1")]
    [InlineData("172.16.0.2", "198.51.100.1", "172.16.0.2")]
    [InlineData("172.32.0.2", "198.51.100.1", "172.32.0.2")]
    public void The_client_is_the_first_untrusted_address_from_the_right(string peer, string? lines, string expected) =>
        ClientAddress
            .Resolve(IPAddress.Parse(peer), new StringValues(lines?.Split('|')), TrustedProxies.Default)
            .ShouldBe(IPAddress.Parse(expected));

    [Theory]
    [InlineData(null, null)]
    [InlineData("https", "https")]
    [InlineData("HTTPS", "https")]
    [InlineData("wss", "https")]
    [InlineData("ws", "http")]
    [InlineData("https, http", "http")]
    [InlineData("javascript", null)]
    public void The_scheme_is_the_nearest_proxys_word(string? header, string? expected) =>
        ClientAddress.Scheme(header).ShouldBe(expected);

    [Theory]
    [InlineData("10.0.0.0/8", "10.200.3.4", true)]
    [InlineData("10.0.0.0/8", "11.0.0.1", false)]
    [InlineData("192.0.2.7", "192.0.2.7", true)]
    [InlineData("192.0.2.7", "192.0.2.8", false)]
    [InlineData("2001:db8::/32, 10.0.0.0/8", "2001:db8:1::9", true)]
    [InlineData("10.0.0.0/8", "::ffff:10.1.2.3", true)]
    [InlineData("", "127.0.0.1", false)]
    public void Networks_and_single_addresses_are_trusted(string list, string address, bool isTrusted) =>
        TrustedProxies.Parse(list).Contains(IPAddress.Parse(address)).ShouldBe(isTrusted);

    [Theory]
    [InlineData("10.0.0.0/8,proxy.local", "proxy.local")]
    [InlineData("10.0.0.0/33", "10.0.0.0/33")]
    public void An_item_that_is_no_network_is_named(string list, string item) =>
        Should.Throw<FormatException>(() => TrustedProxies.Parse(list)).Message.ShouldContain(item);

    [Theory]
    [InlineData("203.0.113.9", "203.0.113.9", true)]
    [InlineData("203.0.113.9", "203.0.113.10", false)]
    [InlineData("203.0.113.9", "::ffff:203.0.113.9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("0.0.0.1", "::1", false)]
    public void Addresses_share_a_limit_by_ipv4_address_or_ipv6_network(string left, string right, bool areOne) =>
        (AddressKey.Of(IPAddress.Parse(left)) == AddressKey.Of(IPAddress.Parse(right))).ShouldBe(areOne);
}
