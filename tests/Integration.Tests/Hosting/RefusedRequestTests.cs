using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Chatalot.Integration.Tests.Hosting;

/// <summary>Requests that the web server refuses before anything of ours has seen them.</summary>
public sealed class RefusedRequestTests
{
    [Theory]
    [InlineData("GET /api/users/%00 HTTP/1.1\r\nHost: x\r\n\r\n", 400, "bad_request")]
    [InlineData("GET /api/users/a%00b?x=1 HTTP/1.1\r\nHost: x\r\n\r\n", 400, "bad_request")]
    [InlineData("GET /api/health HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400, "bad_request")]
    [InlineData("GET /api/health HTTP/1.1\r\n\r\n", 400, "bad_request")]
    [InlineData("GET /api/health HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n", 400, "bad_request")]
    [InlineData("POST /api/echo HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400, "bad_request")]
    [InlineData("nonsense\r\n\r\n", 400, "bad_request")]
    [InlineData("GET /api/health HTTP/3.7\r\nHost: x\r\n\r\n", 505, "http_error")]
    public async Task Have_the_contracts_body(string request, int status, string code)
    {
        await using var server = await PipelineServer.StartAsync(level: LogLevel.Debug);

        var (head, body) = await AskAsync(server, request);

        ShouldBeError(head, body, status, code);
        var id = FieldOf(head, "X-Request-Id");
        body.ShouldContain($"\"request_id\":\"{id}\"");
        server.Log.Lines.ShouldContain(line =>
            line.Message == $"request could not be read: status={status} request_id={id}"
        );
    }

    [Fact]
    public async Task Long_lines_and_many_headers_have_it_too()
    {
        await using var server = await PipelineServer.StartAsync();

        var line = await AskAsync(server, $"GET /{new string('x', 9000)} HTTP/1.1\r\nHost: x\r\n\r\n");
        var headers = string.Concat(Enumerable.Range(0, 200).Select(i => $"X-{i}: x\r\n"));
        var many = await AskAsync(server, $"GET / HTTP/1.1\r\nHost: x\r\n{headers}\r\n");

        ShouldBeError(line.Head, line.Body, 414, "uri_too_long");
        ShouldBeError(many.Head, many.Body, 431, "header_fields_too_large");
    }

    [Fact]
    public async Task What_was_answered_before_on_the_same_connection_is_left_as_it_was()
    {
        await using var server = await PipelineServer.StartAsync();

        var (head, rest) = await AskAsync(
            server,
            "GET /api/anonymous HTTP/1.1\r\nHost: x\r\n\r\nGET /%00 HTTP/1.1\r\nHost: x\r\n\r\n"
        );

        head.ShouldStartWith("HTTP/1.1 200");
        rest.ShouldContain("HTTP/1.1 400 Bad Request");
        rest.ShouldContain("\"code\":\"bad_request\"");
    }

    [Fact]
    public async Task HEAD_is_answered_without_a_body()
    {
        await using var server = await PipelineServer.StartAsync();

        var (head, body) = await AskAsync(server, "HEAD /api/health HTTP/1.1\r\n\r\n");

        head.ShouldStartWith("HTTP/1.1 400");
        body.ShouldBeEmpty();
    }

    private static void ShouldBeError(string head, string body, int status, string code)
    {
        head.ShouldStartWith($"HTTP/1.1 {status} ");
        FieldOf(head, "Content-Type").ShouldBe("application/json; charset=utf-8");
        FieldOf(head, "X-Content-Type-Options").ShouldBe("nosniff");
        FieldOf(head, "Connection").ShouldBe("close");
        FieldOf(head, "Content-Length").ShouldBe($"{Encoding.UTF8.GetByteCount(body)}");
        JsonElement.Parse(body).GetProperty("error").GetProperty("code").GetString().ShouldBe(code);
    }

    private static string FieldOf(string head, string name) =>
        head.Split("\r\n").Single(line => line.StartsWith(name + ":", StringComparison.Ordinal))[(name.Length + 2)..];

    /// <summary>What comes until the server hangs up: the first head, and everything after it.</summary>
    private static async Task<(string Head, string Body)> AskAsync(PipelineServer server, string request)
    {
        var address = server.Client.BaseAddress!;
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var answer = await reader.ReadToEndAsync();
        var end = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        return (answer[..end], answer[(end + 4)..]);
    }
}
