using System.Net;
using Chatalot.Features.Auth;

namespace Chatalot.Features.Tests.Auth;

public sealed class DeviceLabelTests
{
    [Theory]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux")]
    [InlineData(
        "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/138.0 Safari/537.36 Edg/138.0",
        "Edge on Windows"
    )]
    [InlineData("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/138.0 Safari/537.36", "Chrome on Android")]
    [InlineData("Mozilla/5.0 (X11; Linux) AppleWebKit/537.36 Chromium/138.0 Chrome/138.0", "Chromium on Linux")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Safari/604.1", "Safari on iOS")]
    [InlineData("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.5 Safari/605.1.15", "Safari on macOS")]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64) Tauri/2.0", "Chatalot Desktop")]
    [InlineData("curl/8.5.0", "curl/8.5.0")]
    [InlineData(
        "a bot with a name that is much longer than fifty characters are",
        "a bot with a name that is much longer than fifty c"
    )]
    [InlineData("", null)]
    [InlineData(null, null)]
    [InlineData("bad\u0001agent", null)]
    [InlineData("b\u00e4d agent", null)]
    public void A_user_agent_becomes_a_name_that_its_owner_recognises(string? userAgent, string? label) =>
        DeviceLabel.Of(userAgent).ShouldBe(label);

    [Fact]
    public void An_endless_user_agent_has_no_label() => DeviceLabel.Of(new string('a', 513)).ShouldBeNull();

    [Theory]
    [InlineData("203.0.113.9", "203.0.113.9")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    [InlineData("::1", "::/64")]
    public void Attempts_are_counted_by_what_one_customer_has(string address, string network) =>
        ClientDevice.NetworkOf(IPAddress.Parse(address)).ShouldBe(network);
}
