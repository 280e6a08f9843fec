using System.Text.Json;
using Chatalot.Features.Auth;

namespace Chatalot.Features.Tests.Auth;

public sealed class IceServerTests
{
    [Fact]
    public void A_configured_list_is_read()
    {
        var servers = Read("""[{"urls":["stun:a","stun:b"]},{"urls":"turn:c","username":"u","credential":"x"}]""");

        servers.Count.ShouldBe(2);
        servers[0].Urls.GetArrayLength().ShouldBe(2);
        servers[1].Credential.ShouldBe("x");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""[{"username":"u"}]""")]
    [InlineData("[7]")]
    public void Anything_else_is_an_error(string json) => Should.Throw<JsonException>(() => Read(json));

    private static IReadOnlyList<IceServer> Read(string json) =>
        IceServer.ReadList(JsonDocument.Parse(json).RootElement.Clone());
}
