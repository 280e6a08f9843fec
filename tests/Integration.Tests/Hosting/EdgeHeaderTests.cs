using System.Net;
using System.Net.Sockets;
using System.Text;
using Chatalot.Shared.Http;

namespace Chatalot.Integration.Tests.Hosting;

public sealed class EdgeHeaderTests
{
    private static readonly Dictionary<string, string> SecurityHeaders = new()
    {
        ["X-Content-Type-Options"] = "nosniff",
        ["X-XSS-Protection"] = "1; mode=block",
        ["Referrer-Policy"] = "strict-origin-when-cross-origin",
        ["Permissions-Policy"] = "camera=(self), microphone=(self), geolocation=()",
        ["Content-Security-Policy"] =
            "default-src 'self'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; connect-src 'self' wss: https://cdn.jsdelivr.net; img-src 'self' data: blob: https://media0.giphy.com https://media1.giphy.com https://media2.giphy.com https://media3.giphy.com https://media4.giphy.com; media-src 'self' blob:; worker-src 'self' blob:; frame-ancestors 'self' tauri://localhost; base-uri 'self'; form-action 'self'; object-src 'none'",
    };

    [Theory]
    [InlineData("GET", "/api/anonymous")]
    [InlineData("GET", "/api/none")]
    [InlineData("GET", "/api/fails/bug/x")]
    [InlineData("GET", "/api/mine")]
    [InlineData("OPTIONS", "/api/mine")]
    [InlineData("OPTIONS", "/anything")]
    [InlineData("DELETE", "/api/echo")]
    public async Task Every_answer_carries_the_security_headers_and_HSTS_only_over_HTTPS(string method, string path)
    {
        await using var server = await PipelineServer.StartAsync();

        using var plain = await server.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
        var throughProxy = new HttpRequestMessage(new HttpMethod(method), path);
        throughProxy.Headers.Add("X-Forwarded-Proto", "https");
        using var secure = await server.Client.SendAsync(throughProxy);

        foreach (var (name, value) in SecurityHeaders)
            plain.Headers.GetValues(name).ShouldBe([value]);
        plain.Headers.Contains("X-Frame-Options").ShouldBeFalse();
        plain.Headers.Contains("Strict-Transport-Security").ShouldBeFalse();
        plain.Headers.Contains("X-Request-Id").ShouldBeTrue();
        secure
            .Headers.GetValues("Strict-Transport-Security")
            .ShouldBe(["max-age=31536000; includeSubDomains; preload"]);
    }

    [Fact]
    public async Task Given_an_operator_who_wants_no_preload_Then_HSTS_does_not_ask_for_it()
    {
        await using var server = await PipelineServer.StartAsync(new HttpEdgeSettings { HstsPreload = false });
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/whoami");
        request.Headers.Add("X-Forwarded-Proto", "https");

        using var answer = await server.Client.SendAsync(request);

        answer.Headers.GetValues("Strict-Transport-Security").ShouldBe(["max-age=31536000; includeSubDomains"]);
    }

    [Fact]
    public async Task Given_an_untrusted_peer_When_it_claims_HTTPS_and_an_address_Then_it_is_not_believed()
    {
        await using var server = await PipelineServer.StartAsync(
            new HttpEdgeSettings { TrustedProxies = TrustedProxies.Parse("192.0.2.0/24") }
        );
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/whoami");
        request.Headers.Add("X-Forwarded-Proto", "https");
        request.Headers.Add("X-Forwarded-For", "198.51.100.1");

        using var answer = await server.Client.SendAsync(request);

        (await answer.Content.ReadAsStringAsync()).ShouldBe("http 127.0.0.1");
    }

    [Fact]
    public async Task Given_a_trusted_proxy_Then_endpoints_see_the_clients_address_and_scheme()
    {
        await using var server = await PipelineServer.StartAsync();
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/whoami");
        request.Headers.Add("X-Forwarded-Proto", "https");
        request.Headers.Add("X-Forwarded-For", "6.6.6.6, 198.51.100.1");

        using var answer = await server.Client.SendAsync(request);

        (await answer.Content.ReadAsStringAsync()).ShouldBe("https 198.51.100.1");
    }

    [Theory]
    [InlineData("198.51.100.1", null, "198.51.100.1")]
    [InlineData("6.6.6.6", "198.51.100.1", "198.51.100.1")]
    [InlineData("not-an-address", null, "127.0.0.1")]
    public async Task Given_a_trusted_proxy_that_sends_no_list_Then_X_Real_IP_names_the_client(
        string realAddress,
        string? forwardedFor,
        string expected
    )
    {
        await using var server = await PipelineServer.StartAsync();
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/whoami");
        request.Headers.Add("X-Real-IP", realAddress);
        if (forwardedFor is not null)
            request.Headers.Add("X-Forwarded-For", forwardedFor);

        using var answer = await server.Client.SendAsync(request);

        (await answer.Content.ReadAsStringAsync()).ShouldBe($"http {expected}");
    }

    [Theory]
    [InlineData("User-Agent")]
    [InlineData("Authorization")]
    [InlineData("X-Forwarded-For")]
    [InlineData("Origin")]
    public async Task A_header_whose_bytes_are_no_UTF8_does_not_cost_the_request(string header)
    {
        await using var server = await PipelineServer.StartAsync();
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, server.Client.BaseAddress!.Port);
        var request = $"GET /api/anonymous HTTP/1.1\r\nHost: x\r\n{header}: \u00E9\r\n\r\n";

        await socket.GetStream().WriteAsync(Encoding.Latin1.GetBytes(request));

        using var reader = new StreamReader(socket.GetStream(), Encoding.ASCII);
        (await reader.ReadLineAsync()).ShouldBe("HTTP/1.1 200 OK");
    }

    [Theory]
    [InlineData("tauri://localhost", "tauri://localhost")]
    [InlineData("https://tauri.localhost", "https://tauri.localhost")]
    [InlineData("https://evil.example", null)]
    [InlineData("https://tauri.localhost.evil.example", null)]
    public async Task A_preflight_is_answered_200_and_names_the_origin_only_when_it_is_listed(
        string origin,
        string? expected
    )
    {
        await using var server = await PipelineServer.StartAsync();
        var preflight = new HttpRequestMessage(HttpMethod.Options, "/api/echo");
        preflight.Headers.Add("Origin", origin);
        preflight.Headers.Add("Access-Control-Request-Method", "POST");

        using var answer = await server.Client.SendAsync(preflight);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.Content.ReadAsStringAsync()).ShouldBeEmpty();
        Header(answer, "Access-Control-Allow-Origin").ShouldBe(expected);
        Header(answer, "Access-Control-Allow-Methods").ShouldBe("GET,POST,PUT,PATCH,DELETE,OPTIONS");
        Header(answer, "Access-Control-Allow-Headers").ShouldBe("content-type,authorization");
        Header(answer, "Access-Control-Max-Age").ShouldBe("600");
        Header(answer, "Access-Control-Allow-Credentials").ShouldBeNull();
        Header(answer, "Vary").ShouldNotBeNull().ShouldContain("origin");
    }

    [Fact]
    public async Task Given_a_listed_origin_When_an_endpoint_fails_Then_the_page_may_still_read_why()
    {
        await using var server = await PipelineServer.StartAsync();
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/fails/bug/x");
        request.Headers.Add("Origin", "tauri://localhost");

        using var answer = await server.Client.SendAsync(request);

        Header(answer, "Access-Control-Allow-Origin").ShouldBe("tauri://localhost");
        var exposed = Header(answer, "Access-Control-Expose-Headers").ShouldNotBeNull();
        exposed.ShouldContain("Retry-After");
        exposed.ShouldContain("Content-Disposition");
        exposed.ShouldContain("X-Request-Id");
    }

    [Fact]
    public async Task Given_a_star_Then_any_origin_may_call()
    {
        await using var server = await PipelineServer.StartAsync(
            new HttpEdgeSettings { Cors = new CorsSettings { Origins = ["*"] } }
        );
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/anonymous");
        request.Headers.Add("Origin", "https://anywhere.example");

        using var answer = await server.Client.SendAsync(request);

        Header(answer, "Access-Control-Allow-Origin").ShouldBe("*");
    }

    [Theory]
    [InlineData("/api/large", true)]
    [InlineData("/api/none", true)]
    [InlineData("/api/small", false)]
    [InlineData("/api/image", false)]
    [InlineData("/api/files/1", false)]
    public async Task Text_is_compressed_and_files_are_not(string path, bool isCompressed)
    {
        await using var server = await PipelineServer.StartAsync();
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Accept-Encoding", "gzip, br");

        using var answer = await server.Client.SendAsync(request);

        answer.Content.Headers.ContentEncoding.ShouldBe(isCompressed ? ["gzip"] : []);
    }

    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? string.Join(",", values) : null;
}
