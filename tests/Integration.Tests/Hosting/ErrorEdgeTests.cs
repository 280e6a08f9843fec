using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Shared.Http;
using Microsoft.Extensions.Logging;

namespace Chatalot.Integration.Tests.Hosting;

public sealed class ErrorEdgeTests
{
    [Theory]
    [InlineData("GET", "/api/none", 404, "not_found", "not found")]
    [InlineData("POST", "/api/none", 404, "not_found", "not found")]
    [InlineData("DELETE", "/api/anonymous", 405, "method_not_allowed", "this method is not allowed here")]
    [InlineData("GET", "/api/mine", 401, "unauthorized", "unauthorized")]
    [InlineData("GET", "/api/fails/refusal", 409, "conflict", "already there")]
    [InlineData("GET", "/api/fails/bug/x", 500, "internal_error", "an internal error occurred")]
    [InlineData("GET", "/api/fails/gateway", 502, "http_error", "HTTP 502")]
    public async Task Every_error_has_the_contracts_body(
        string method,
        string path,
        int status,
        string code,
        string message
    )
    {
        await using var server = await PipelineServer.StartAsync();

        using var answer = await server.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));

        ((int)answer.StatusCode).ShouldBe(status);
        await ShouldBeErrorAsync(answer, code, message);
    }

    [Fact]
    public async Task Given_a_caller_without_the_right_Then_403_in_the_envelope()
    {
        await using var server = await PipelineServer.StartAsync();
        server.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "good-ann");

        using var answer = await server.Client.GetAsync("/api/forbidden");

        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        await ShouldBeErrorAsync(answer, "forbidden", "forbidden");
    }

    [Fact]
    public async Task Given_a_wrong_method_Then_Allow_names_the_right_ones()
    {
        await using var server = await PipelineServer.StartAsync();

        using var answer = await server.Client.DeleteAsync("/api/echo");

        answer.Content.Headers.Allow.ShouldBe(["POST"]);
    }

    [Fact]
    public async Task Given_a_HEAD_on_nothing_Then_404_without_a_body()
    {
        await using var server = await PipelineServer.StartAsync();

        using var answer = await server.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/api/none"));

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await answer.Content.ReadAsStringAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Given_an_unexpected_error_Then_one_ERROR_line_tells_the_route_and_never_the_path()
    {
        await using var server = await PipelineServer.StartAsync();

        using var answer = await server.Client.GetAsync("/api/fails/bug/token-in-the-path?q=secret");

        var line = server.Log.Lines.Where(line => line.Level >= LogLevel.Error).ShouldHaveSingleItem();
        line.Message.ShouldStartWith(
            "Unexpected error: InvalidOperationException; response failed: method=GET route=/api/fails/bug/{secret} "
                + "status=500 ms="
        );
        line.Message.ShouldContain($"request_id={answer.Headers.GetValues("X-Request-Id").Single()}");
        line.Message.ShouldNotContain("token-in-the-path");
        line.Exception.ShouldBeOfType<InvalidOperationException>();
    }

    [Fact]
    public async Task Given_a_statement_that_the_database_refuses_Then_the_line_says_so()
    {
        await using var server = await PipelineServer.StartAsync();

        using var answer = await server.Client.GetAsync("/api/fails/statement");

        answer.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        server
            .Log.Lines.Where(line => line.Level >= LogLevel.Error)
            .ShouldHaveSingleItem()
            .Message.ShouldStartWith(
                "Database error: 42P01: relation \"things\" does not exist; response failed: method=GET"
            );
    }

    [Fact]
    public async Task Given_a_5xx_without_an_exception_Then_one_ERROR_line()
    {
        await using var server = await PipelineServer.StartAsync();

        using var answer = await server.Client.GetAsync("/api/fails/gateway");

        server
            .Log.Lines.Where(line => line.Level >= LogLevel.Error)
            .ShouldHaveSingleItem()
            .Message.ShouldStartWith("response failed: method=GET route=/api/fails/gateway status=502");
    }

    [Fact]
    public async Task Given_no_database_Then_503_with_Retry_After_and_not_a_line_for_each_request()
    {
        await using var server = await PipelineServer.StartAsync();

        using var answer = await server.Client.GetAsync("/api/fails/database");

        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        answer.Headers.RetryAfter?.Delta.ShouldBe(TimeSpan.FromSeconds(5));
        await ShouldBeErrorAsync(answer, "database_unavailable");
        server.Log.Lines.Where(IsComplaint).ShouldBeEmpty();
    }

    [Fact]
    public async Task Given_an_answer_under_way_When_it_fails_Then_the_client_sees_it_cut()
    {
        await using var server = await PipelineServer.StartAsync();

        await Should.ThrowAsync<HttpRequestException>(() => server.Client.GetStringAsync("/api/fails/halfway"));

        server.Log.Lines.Count(line => line.Level >= LogLevel.Error).ShouldBe(1);
    }

    [Fact]
    public async Task Given_a_client_that_hangs_up_Then_nothing_is_logged_as_an_error()
    {
        await using var server = await PipelineServer.StartAsync(level: LogLevel.Debug);
        using var hangUp = new CancellationTokenSource();

        var call = server.Client.GetAsync("/api/slow", hangUp.Token);
        await Eventually.HoldsAsync(
            () => server.Log.Lines.Any(line => line.Message.StartsWith("started processing", StringComparison.Ordinal)),
            "the request has begun"
        );
        await hangUp.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => call);

        await Eventually.HoldsAsync(
            () => server.Log.Lines.Any(line => line.Message.Contains("status=499", StringComparison.Ordinal)),
            "the request has ended"
        );
        server.Log.Lines.Where(IsComplaint).ShouldBeEmpty();
    }

    [Fact]
    public async Task Given_an_endpoint_that_hangs_Then_504_in_the_envelope()
    {
        await using var server = await PipelineServer.StartAsync(
            new HttpEdgeSettings { RequestTimeout = TimeSpan.FromMilliseconds(50) }
        );

        using var answer = await server.Client.GetAsync("/api/slow");

        answer.StatusCode.ShouldBe(HttpStatusCode.GatewayTimeout);
        await ShouldBeErrorAsync(answer, "timeout");
    }

    [Fact]
    public async Task Given_a_traceparent_Then_its_trace_id_is_in_header_and_body()
    {
        await using var server = await PipelineServer.StartAsync();
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/none");
        request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

        using var answer = await server.Client.SendAsync(request);

        answer.Headers.GetValues("X-Request-Id").ShouldBe(["0af7651916cd43dd8448eb211c80319c"]);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("\"request_id\":\"0af7651916cd43dd8448eb211c80319c\"");
    }

    internal static async Task ShouldBeErrorAsync(HttpResponseMessage answer, string code, string? message = null)
    {
        answer.Content.Headers.ContentType?.MediaType.ShouldBe("application/json");
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        var error = body.RootElement.GetProperty("error");
        error.GetProperty("code").GetString().ShouldBe(code);
        error.GetProperty("message").GetString().ShouldBe(message ?? error.GetProperty("message").GetString());
        error.GetProperty("request_id").GetString().ShouldBe(answer.Headers.GetValues("X-Request-Id").Single());
    }

    /// <summary>That its timer came late is what the web server says of a machine that runs other tests, too.</summary>
    private static bool IsComplaint(LogCapture.Line line) =>
        line.Level >= LogLevel.Warning && !line.Message.Contains("heartbeat", StringComparison.Ordinal);
}
