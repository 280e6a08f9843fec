using System.Net;
using Chatalot.Features.Previews;
using Chatalot.Shared.Outbound;

namespace Chatalot.Features.Tests.Previews;

public sealed class PublicAddressTests
{
    [Theory]
    [InlineData("93.184.216.34", true)]
    [InlineData("2606:2800:220:1:248:1893:25c8:1946", true)]
    [InlineData("0.0.0.0", false)]
    [InlineData("10.0.0.1", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("127.1.2.3", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("192.0.0.8", false)]
    [InlineData("192.0.2.1", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("198.19.0.1", false)]
    [InlineData("198.51.100.7", false)]
    [InlineData("203.0.113.7", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("240.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::", false)]
    [InlineData("::1", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("::ffff:93.184.216.34", true)]
    [InlineData("::7f00:1", false)]
    [InlineData("64:ff9b::7f00:1", false)]
    [InlineData("2001::1", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData("2002:7f00:1::", false)]
    [InlineData("fc00::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fec0::1", false)]
    [InlineData("ff02::1", false)]
    public void Only_addresses_of_the_public_internet_pass(string address, bool isPublic) =>
        PublicAddress.IsPublic(IPAddress.Parse(address)).ShouldBe(isPublic);

    [Fact]
    public void A_cache_holds_what_was_used_last_and_forgets_what_is_old()
    {
        var clock = new ManualClock();
        var cache = new TimedCache<string>(capacity: 2, clock);
        cache.Set("a", "1", TimeSpan.FromMinutes(1));
        cache.Set("b", "2", TimeSpan.FromMinutes(2));
        cache.Find("a").ShouldBe("1");
        cache.Set("c", "3", TimeSpan.FromMinutes(2));

        cache.Find("b").ShouldBeNull();
        clock.Advance(TimeSpan.FromMinutes(1));
        cache.Find("a").ShouldBeNull();
        clock.Advance(TimeSpan.FromMinutes(1));
        cache.EvictExpired().ShouldBe(1);
    }
}
