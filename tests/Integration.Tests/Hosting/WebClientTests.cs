using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Chatalot.Host.Pages;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Integration.Tests.Hosting;

public sealed class WebClientTests : IAsyncLifetime
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("chatalot-client-");
    private PipelineServer server = null!;

    public async Task InitializeAsync()
    {
        Write("index.html", "<html>client</html>");
        Write("sw.js", "worker");
        Write("favicon.png", "icon");
        Write("version.json", """{"version":"1.2.3"}""");
        Write(".hidden", "secret");
        Write("_app/immutable/chunk.js", "plain");
        Write("_app/immutable/chunk.js.br", "brotli");
        Write("_app/immutable/chunk.js.gz", "gzip");
        server = await PipelineServer.StartOnAsync(
            "Host=127.0.0.1;Port=1;Database=none;Username=none",
            services => services.AddSingleton(new WebClientFolder(folder.FullName))
        );
    }

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("/", "<html>client</html>", "text/html; charset=utf-8", "no-cache")]
    [InlineData("/login", "<html>client</html>", "text/html; charset=utf-8", "no-cache")]
    [InlineData("/invite/q7RmZ2kLw9Ta", "<html>client</html>", "text/html; charset=utf-8", "no-cache")]
    [InlineData("/sw.js", "worker", "text/javascript; charset=utf-8", "no-store")]
    [InlineData("/favicon.ico", "icon", "image/png", "no-cache")]
    [InlineData("/version.json", """{"version":"1.2.3"}""", "application/json", "no-cache")]
    [InlineData(
        "/_app/immutable/chunk.js",
        "plain",
        "text/javascript; charset=utf-8",
        "public, max-age=31536000, immutable"
    )]
    public async Task Files_and_client_routes_are_served(string path, string body, string type, string cacheControl)
    {
        using var answer = await server.Client.GetAsync(path);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.Content.ReadAsStringAsync()).ShouldBe(body);
        answer.Content.Headers.GetValues("Content-Type").ShouldBe([type]);
        string.Join(", ", answer.Headers.GetValues("Cache-Control")).ShouldBe(cacheControl);
    }

    [Theory]
    [InlineData("/_app/immutable/gone.js")]
    [InlineData("/_app/immutable/gone")]
    [InlineData("/missing.png")]
    [InlineData("/.hidden")]
    [InlineData("/..%2f..%2fetc/passwd.txt")]
    public async Task A_missing_file_is_404_and_never_immutable(string path)
    {
        using var answer = await server.Client.GetAsync(path);

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        answer.Headers.GetValues("Cache-Control").ShouldBe(["no-cache"]);
        (await answer.Content.ReadAsStringAsync()).ShouldNotContain("secret");
    }

    [Theory]
    [InlineData("br, gzip", "br", "brotli")]
    [InlineData("gzip", "gzip", "gzip")]
    [InlineData("br;q=0, gzip", "gzip", "gzip")]
    [InlineData("deflate", null, "plain")]
    public async Task The_precompressed_file_is_sent_to_whom_takes_it(string accepted, string? encoding, string body)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/_app/immutable/chunk.js");
        request.Headers.Add("Accept-Encoding", accepted);

        using var answer = await server.Client.SendAsync(request);

        (await answer.Content.ReadAsStringAsync()).ShouldBe(body);
        answer.Content.Headers.ContentEncoding.ShouldBe(encoding is null ? [] : [encoding]);
        answer.Content.Headers.ContentType?.MediaType.ShouldBe("text/javascript");
        answer.Headers.Vary.ShouldContain("Accept-Encoding");
    }

    [Fact]
    public async Task Given_a_validator_or_a_range_Then_the_file_is_not_sent_whole()
    {
        using var first = await server.Client.GetAsync("/");
        var again = new HttpRequestMessage(HttpMethod.Get, "/");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag.ShouldNotBeNull());
        var part = new HttpRequestMessage(HttpMethod.Get, "/_app/immutable/chunk.js");
        part.Headers.Range = new RangeHeaderValue(1, 2);

        (await server.Client.SendAsync(again)).StatusCode.ShouldBe(HttpStatusCode.NotModified);
        using var range = await server.Client.SendAsync(part);
        range.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        (await range.Content.ReadAsStringAsync()).ShouldBe("la");
    }

    [Fact]
    public async Task Given_another_method_Then_405_names_the_right_ones()
    {
        using var answer = await server.Client.PostAsync("/login", null);

        answer.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        answer.Content.Headers.Allow.ShouldBe(["GET", "HEAD"]);
    }

    [Fact]
    public async Task Given_no_client_Then_the_root_welcomes_without_any_foreign_file_and_other_pages_are_404()
    {
        await using var bare = await PipelineServer.StartAsync();

        using var welcome = await bare.Client.GetAsync("/");
        var page = await welcome.Content.ReadAsStringAsync();

        welcome.StatusCode.ShouldBe(HttpStatusCode.OK);
        page.ShouldContain("first account ever registered becomes owner and admin");
        page.ShouldContain(Chatalot.Features.Health.ServerVersion.Current);
        page.ShouldNotContain("{{");
        page.ShouldNotContain("https://");
        page.ShouldNotContain("<link");
        page.ShouldNotContain("<script src");
        (await bare.Client.GetAsync("/login")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_API_document_lists_endpoints_with_token_scheme_and_refusals_and_a_page_reads_it()
    {
        await using var bare = await PipelineServer.StartAsync();

        using var document = JsonDocument.Parse(await bare.Client.GetStringAsync("/openapi/v1.json"));
        var api = document.RootElement;
        api.GetProperty("info")
            .GetProperty("version")
            .GetString()
            .ShouldBe(Chatalot.Features.Health.ServerVersion.Current);
        api.GetProperty("components").GetProperty("securitySchemes").TryGetProperty("bearer", out _).ShouldBeTrue();
        var health = api.GetProperty("paths").GetProperty("/api/health").GetProperty("get");
        health.TryGetProperty("security", out _).ShouldBeFalse("anyone may call it");
        health.GetProperty("responses").TryGetProperty("503", out _).ShouldBeTrue();
        var unsubscribe = api.GetProperty("paths").GetProperty("/api/push/unsubscribe").GetProperty("post");
        var statuses = unsubscribe.GetProperty("responses").EnumerateObject().Select(response => response.Name);
        statuses.Where(status => status[0] == '2').ShouldBe(["204"]);
        var message = api.GetProperty("components").GetProperty("schemas").GetProperty("MessageResponse");
        var bytes = message.GetProperty("properties").GetProperty("ciphertext");
        bytes.GetProperty("type").GetString().ShouldBe("array", "base64 is not what comes");
        bytes.GetProperty("items").GetProperty("maximum").GetInt32().ShouldBe(255);
        MembersWithoutType(api).ShouldBe(["community_theme", "distribution"], "free JSON");
        (await bare.Client.GetStringAsync("/docs")).ShouldContain("/openapi/v1.json");
    }

    private void Write(string name, string content)
    {
        var path = Path.Combine(folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }

    /// <summary>Names of members in the schemas of a document that say nothing about their type.</summary>
    private static IEnumerable<string> MembersWithoutType(JsonElement node)
    {
        if (node.ValueKind is JsonValueKind.Array)
            return node.EnumerateArray().SelectMany(item => MembersWithoutType(item));
        if (node.ValueKind is not JsonValueKind.Object)
            return [];
        var untyped =
            node.TryGetProperty("properties", out var members) && members.ValueKind is JsonValueKind.Object
                ? members.EnumerateObject().Where(member => !HasType(member.Value)).Select(member => member.Name)
                : [];
        return untyped
            .Concat(node.EnumerateObject().SelectMany(member => MembersWithoutType(member.Value)))
            .Distinct()
            .Order(StringComparer.Ordinal);

        static bool HasType(JsonElement schema) =>
            new[] { "type", "$ref", "oneOf", "anyOf" }.Any(word => schema.TryGetProperty(word, out _));
    }
}
