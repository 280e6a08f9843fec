using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Chatalot.Shared.Http;

namespace Chatalot.Integration.Tests.Hosting;

public sealed class LimitTests
{
    /// <summary>Buckets that do not refill while a test runs.</summary>
    private static readonly HttpEdgeSettings SlowRefill = new()
    {
        RateLimits = new RateLimitSettings
        {
            General = new BucketSize(0.001, 50),
            Auth = new BucketSize(0.001, 10),
            Session = new BucketSize(0.001, 60),
            User = new BucketSize(0.001, 50),
            SignedInAddress = new BucketSize(0.001, 500),
        },
    };

    [Fact]
    public async Task Given_a_burst_of_anonymous_calls_Then_the_51st_is_refused_with_the_contracts_words()
    {
        await using var server = await PipelineServer.StartAsync();
        await using var slow = await PipelineServer.StartAsync(SlowRefill);

        (await CallAsync(slow, "/api/anonymous", 50)).ShouldAllBe(status => status == HttpStatusCode.OK);
        using var refused = await slow.Client.GetAsync("/api/anonymous");

        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        refused.Headers.GetValues("RateLimit-Limit").ShouldBe(["50"]);
        refused.Headers.GetValues("RateLimit-Remaining").ShouldBe(["0"]);
        await ErrorEdgeTests.ShouldBeErrorAsync(refused, "rate_limited", "too many requests, please slow down");

        // At the contract's refill the wait is the contract's second.
        HttpResponseMessage answer;
        do answer = await server.Client.GetAsync("/api/anonymous");
        while (answer.StatusCode == HttpStatusCode.OK);
        answer.Headers.RetryAfter?.Delta.ShouldBe(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Given_an_empty_general_bucket_Then_health_pages_and_preflights_still_answer()
    {
        await using var server = await PipelineServer.StartAsync(SlowRefill);
        await CallAsync(server, "/api/anonymous", 60);

        (await CallAsync(server, "/api/health", 100)).ShouldAllBe(status => status == HttpStatusCode.OK);
        (await CallAsync(server, "/page", 100)).ShouldNotContain(HttpStatusCode.TooManyRequests);
        using var preflight = await server.Client.SendAsync(new HttpRequestMessage(HttpMethod.Options, "/api/echo"));
        preflight.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Given_ten_logins_Then_the_next_is_refused_however_it_is_spelled_and_refresh_is_not()
    {
        await using var server = await PipelineServer.StartAsync();
        await using var slow = await PipelineServer.StartAsync(SlowRefill);
        for (var i = 0; i < 10; i++)
            (await slow.Client.PostAsync("/api/auth/login", null)).StatusCode.ShouldBe(HttpStatusCode.OK);

        foreach (var path in new[] { "/api/auth/login", "/API/auth/LOGIN/", "/api/auth/%6Cogin" })
        {
            using var refused = await slow.Client.PostAsync(path, null);
            refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
            await ErrorEdgeTests.ShouldBeErrorAsync(refused, "rate_limited", "too many authentication attempts");
        }

        for (var i = 0; i < 40; i++)
            (await slow.Client.PostAsync("/api/auth/refresh", null)).StatusCode.ShouldBe(HttpStatusCode.OK);

        HttpResponseMessage answer;
        do answer = await server.Client.PostAsync("/api/auth/login", null);
        while (answer.StatusCode == HttpStatusCode.OK);
        answer.Headers.RetryAfter?.Delta.ShouldBe(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Given_two_users_behind_one_address_When_one_spends_his_bucket_Then_the_other_is_served()
    {
        await using var server = await PipelineServer.StartAsync(SlowRefill);

        var first = await CallAsync(server, "/api/mine", 60, "good-ann");
        var second = await CallAsync(server, "/api/mine", 50, "good-bob");

        first.Count(status => status == HttpStatusCode.OK).ShouldBe(50);
        first.Count(status => status == HttpStatusCode.TooManyRequests).ShouldBe(10);
        second.ShouldAllBe(status => status == HttpStatusCode.OK);
    }

    [Fact]
    public async Task Given_made_up_tokens_Then_they_are_charged_to_the_address()
    {
        await using var server = await PipelineServer.StartAsync(SlowRefill);

        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 60; i++)
            answers.AddRange(await CallAsync(server, "/api/mine", 1, $"forged-{i}"));

        answers.Count(status => status == HttpStatusCode.Unauthorized).ShouldBe(50);
        answers.Count(status => status == HttpStatusCode.TooManyRequests).ShouldBe(10);
    }

    [Fact]
    public async Task Given_limits_of_zero_Then_a_load_test_is_not_slowed()
    {
        await using var server = await PipelineServer.StartAsync(
            new HttpEdgeSettings { RateLimits = new RateLimitSettings { General = default } }
        );

        (await CallAsync(server, "/api/anonymous", 200)).ShouldAllBe(status => status == HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("/api/auth/login", 64 * 1024)]
    [InlineData("/api/echo", 1024 * 1024)]
    [InlineData("/api/files/upload", 2 * 1024 * 1024)]
    public async Task A_body_at_the_limit_is_read_and_one_byte_more_is_413_announced_or_not(string path, int limit)
    {
        await using var server = await PipelineServer.StartAsync(
            new HttpEdgeSettings { BodyLimits = new BodyLimitSettings { UploadBytes = 2 * 1024 * 1024 } }
        );

        using var fits = await server.Client.PostAsync(path, new ByteArrayContent(new byte[limit]));
        (await fits.Content.ReadAsStringAsync()).ShouldBe(
            limit.ToString(System.Globalization.CultureInfo.InvariantCulture)
        );

        using var announced = await server.Client.PostAsync(path, new ByteArrayContent(new byte[limit + 1]));
        announced.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        await ErrorEdgeTests.ShouldBeErrorAsync(announced, "payload_too_large");

        var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new ByteArrayContent(new byte[limit + 1]),
        };
        request.Headers.TransferEncodingChunked = true;
        using var chunked = await server.Client.SendAsync(request);
        chunked.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        await ErrorEdgeTests.ShouldBeErrorAsync(chunked, "payload_too_large");
    }

    [Fact]
    public async Task Given_a_huge_announcement_Then_413_comes_before_any_byte_of_the_body()
    {
        await using var server = await PipelineServer.StartAsync();
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, server.Client.BaseAddress!.Port);
        await socket
            .GetStream()
            .WriteAsync("POST /api/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999999\r\n\r\n"u8.ToArray());

        using var reader = new StreamReader(socket.GetStream(), Encoding.ASCII);
        (await reader.ReadLineAsync()).ShouldBe("HTTP/1.1 413 Payload Too Large");
    }

    [Fact]
    public async Task Given_a_caller_who_may_not_call_Then_401_comes_before_413()
    {
        await using var server = await PipelineServer.StartAsync();

        using var answer = await server.Client.PostAsync(
            "/api/protected",
            new ByteArrayContent(new byte[2 * 1024 * 1024])
        );

        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    /// <summary>
    /// Clients send an upload with a token that has just expired, and refresh it when they are told: a connection that
    /// is closed in the middle tells them nothing, and they send it all again.
    /// </summary>
    [Theory]
    [InlineData("/api/protected", HttpStatusCode.Unauthorized)]
    [InlineData("/api/echo", HttpStatusCode.RequestEntityTooLarge)]
    public async Task Given_40_MiB_that_are_refused_Then_whoever_sends_them_hears_why(
        string path,
        HttpStatusCode status
    )
    {
        await using var server = await PipelineServer.StartAsync();

        for (var attempt = 0; attempt < 3; attempt++)
        {
            using var answer = await server.Client.PostAsync(path, new ByteArrayContent(new byte[40 * 1024 * 1024]));
            answer.StatusCode.ShouldBe(status);
        }
    }

    private static async Task<IReadOnlyList<HttpStatusCode>> CallAsync(
        PipelineServer server,
        string path,
        int times,
        string? token = null
    )
    {
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < times; i++)
        {
            var request = new HttpRequestMessage(HttpMethod.Get, path);
            if (token is not null)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var answer = await server.Client.SendAsync(request);
            statuses.Add(answer.StatusCode);
        }
        return statuses;
    }
}
