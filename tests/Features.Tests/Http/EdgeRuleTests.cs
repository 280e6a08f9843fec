using Chatalot.Shared.Errors;
using Chatalot.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Npgsql;

namespace Chatalot.Features.Tests.Http;

public sealed class EdgeRuleTests
{
    [Theory]
    [InlineData("/_app/immutable/chunk.js", 200, null, "public, max-age=31536000, immutable")]
    [InlineData("/_app/immutable/chunk.js", 304, null, "public, max-age=31536000, immutable")]
    [InlineData("/_app/immutable/gone.js", 404, null, "no-cache")]
    [InlineData("/_app/version.json", 200, "public", "no-cache")]
    [InlineData("/sw.js", 200, null, "no-store")]
    [InlineData("/", 200, null, "no-cache")]
    [InlineData("/ws", 101, null, "no-cache")]
    [InlineData("/api/account/me", 200, null, "no-store")]
    [InlineData("/api/none", 404, null, "no-store")]
    [InlineData("/api/files/1", 200, "private, no-store", "private, no-store")]
    [InlineData("/api/avatars/1.png", 200, "public, max-age=3600", "public, max-age=3600")]
    public void Each_answer_has_its_cache_rule(string path, int status, string? own, string expected) =>
        CacheRules.Decide(path, status, new StringValues(own)).ToString().ShouldBe(expected);

    [Theory]
    [InlineData("/api/auth/login", false, 64 * 1024)]
    [InlineData("/api/communities", false, 1024 * 1024)]
    [InlineData("/api/files/upload", true, 110 * 1024 * 1024)]
    [InlineData("/api/authors", false, 1024 * 1024)]
    public void Each_route_has_its_body_limit(string route, bool isUpload, long expected) =>
        BodyLimits.LimitOf(route, isUpload, new BodyLimitSettings()).ShouldBe(expected);

    public static TheoryData<Exception, int, string> Exceptions =>
        new()
        {
            { Failure.NotFound("no such channel").AsException(), 404, "not_found" },
            { new BadHttpRequestException("too large", 413), 413, "payload_too_large" },
            { new BadHttpRequestException("odd chunk"), 400, "bad_request" },
            { new NpgsqlException("refused", new IOException()), 503, "database_unavailable" },
            {
                new InvalidOperationException("x", new NpgsqlException("refused", new TimeoutException())),
                503,
                "database_unavailable"
            },
            { Sql("57P01"), 503, "database_unavailable" },
            { Sql("53300"), 503, "database_unavailable" },
            { Sql("08006"), 503, "database_unavailable" },
            { Sql("42601"), 500, "internal_error" },
            { Sql("57014"), 500, "internal_error" },
            { Sql("23503"), 404, "not_found" },
            { Sql("40P01"), 503, "busy" },
            { Sql("40001"), 503, "busy" },
            { new InvalidOperationException("secret"), 500, "internal_error" },
        };

    [Theory]
    [MemberData(nameof(Exceptions))]
    public void Each_exception_is_told_as_one_failure(Exception exception, int status, string code)
    {
        var failure = ExceptionTranslation.Translate(exception);

        failure.Status.ShouldBe(status);
        failure.Code.ShouldBe(code);
        failure.Message.ShouldNotContain("secret");
    }

    [Fact]
    public void Given_a_callers_trace_When_nothing_observes_requests_Then_its_trace_goes_on()
    {
        using var activity = RequestId.Begin("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

        activity.TraceId.ToHexString().ShouldBe("0af7651916cd43dd8448eb211c80319c");
        activity.ParentSpanId.ToHexString().ShouldBe("b7ad6b7169203331");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("00-xyz")]
    [InlineData("<script>")]
    public void Given_no_valid_trace_Then_a_fresh_id_is_made(string? traceParent)
    {
        using var activity = RequestId.Begin(traceParent);

        activity.TraceId.ToHexString().ShouldNotBe(new string('0', 32));
        activity.TraceId.ToHexString().ShouldAllBe(digit => char.IsAsciiHexDigitLower(digit));
    }

    private static PostgresException Sql(string state) => new("message", "ERROR", "ERROR", state);
}
