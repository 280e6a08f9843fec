using System.Text.Json;
using Chatalot.Integration.Tests.Infrastructure;

namespace Chatalot.Integration.Tests.Legal;

public sealed class LegalPageTests
{
    [Fact]
    public async Task Given_an_operators_text_Then_it_is_served_without_html_and_read_again_when_it_changes()
    {
        await using var server = await TestServer.StartAsync();
        var built = await GetAsync(server, "privacy");
        built.GetProperty("title").GetString().ShouldBe("Privacy Policy");
        built.GetProperty("body").GetString()!.ShouldContain("this Chatalot instance");

        var path = Path.Combine(server.Folder, "privacy-policy.md");
        await File.WriteAllTextAsync(path, "# Ours\n<script>alert(1)</script>We keep < 3 things.");
        (await GetAsync(server, "privacy"))
            .GetProperty("body")
            .GetString()
            .ShouldBe("# Ours\nalert(1)We keep &lt; 3 things.");
        await File.WriteAllTextAsync(path, "  ");
        File.SetLastWriteTimeUtc(path, new DateTime(2031, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        (await GetAsync(server, "privacy")).GetProperty("body").GetString()!.ShouldContain("# Privacy Policy");
        (await GetAsync(server, "terms")).GetProperty("title").GetString().ShouldBe("Terms of Service");
    }

    private static async Task<JsonElement> GetAsync(TestServer server, string page) =>
        JsonElement.Parse(await server.Http.GetStringAsync($"/api/legal/{page}"));
}
