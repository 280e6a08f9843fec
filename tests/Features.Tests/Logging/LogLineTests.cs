using System.Diagnostics;
using System.Text.Json;
using Chatalot.Shared.Logging;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Chatalot.Features.Tests.Logging;

public sealed class LogLineTests
{
    private const string Logger = "Chatalot.Features.Messages.SendMessage";

    [Theory]
    [InlineData(LogLevel.Trace, "TRACE")]
    [InlineData(LogLevel.Debug, "DEBUG")]
    [InlineData(LogLevel.Information, "INFO")]
    [InlineData(LogLevel.Warning, "WARN")]
    [InlineData(LogLevel.Error, "ERROR")]
    [InlineData(LogLevel.Critical, "ERROR")]
    public void A_line_has_time_level_category_and_message(LogLevel level, string word)
    {
        var line = Write(log => log.Log(level, "Stored {Count} messages in {Channel}", 3, "general"));

        line.ShouldMatch(
            $@"^\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{{6}}Z {word} Chatalot\.Messages: Stored 3 messages in general\n$"
        );
    }

    [Fact]
    public void Given_an_exception_and_text_with_line_breaks_Then_one_event_is_one_line()
    {
        var line = Write(log => log.LogError(Thrown(), "Refused {Name}", "a\r\nERROR forged\u2028\u001b[31m"));

        line.Count(character => character == '\n').ShouldBe(1);
        line.ShouldContain(@"Refused a\r\nERROR forged\u2028\u001b[31m");
        line.ShouldContain("error=\"System.InvalidOperationException: first | second |    at ");
    }

    [Fact]
    public void Given_values_that_the_message_does_not_show_Then_they_follow_as_pairs()
    {
        var state = new Dictionary<string, object?>
        {
            ["{OriginalFormat}"] = "Uploaded",
            ["FileSize"] = 12L,
            ["FileName"] = "my \"cat\"",
        };

        var line = Write(log => log.Log(LogLevel.Information, default, state, null, (_, _) => "Uploaded"));

        line.ShouldContain("Chatalot.Messages: Uploaded file_size=12 file_name=\"my \\\"cat\\\"\"");
    }

    [Fact]
    public void Given_a_request_under_way_Then_its_id_is_on_every_line()
    {
        using var activity = new Activity("request").SetIdFormat(ActivityIdFormat.W3C).Start();

        Write(log => log.LogInformation("x")).ShouldEndWith($" request_id={activity.TraceId.ToHexString()}\n");
    }

    [Fact]
    public void Given_JSON_Then_each_line_is_one_object_with_the_contracts_names()
    {
        using var activity = new Activity("request").SetIdFormat(ActivityIdFormat.W3C).Start();

        var line = Write(
            log => log.LogError(new EventId(7, "UploadFailed"), Thrown(), "Failed after {Ms}", 12),
            isJson: true
        );

        line.Count(character => character == '\n').ShouldBe(1);
        using var json = JsonDocument.Parse(line);
        var entry = json.RootElement;
        entry.GetProperty("ts").GetString().ShouldNotBeNull().ShouldEndWith("Z");
        entry.GetProperty("level").GetString().ShouldBe("ERROR");
        entry.GetProperty("category").GetString().ShouldBe("Chatalot.Messages");
        entry.GetProperty("target").GetString().ShouldBe("chatalot_server::ws");
        entry.GetProperty("msg").GetString().ShouldBe("Failed after 12");
        entry.GetProperty("event_id").GetString().ShouldBe("UploadFailed");
        entry.GetProperty("request_id").GetString().ShouldBe(activity.TraceId.ToHexString());
        entry.GetProperty("ms").GetInt32().ShouldBe(12);
        entry.GetProperty("error").GetString().ShouldNotBeNull().ShouldContain("first");
    }

    [Theory]
    // logger, level, value, is a line written
    [InlineData("Npgsql.Command", LogLevel.Information, "info", false)]
    [InlineData("Npgsql.Command", LogLevel.Information, "debug", true)]
    [InlineData("Npgsql.Command", LogLevel.Warning, "warn", true)]
    [InlineData("System.Net.Http.HttpClient.giphy.LogicalHandler", LogLevel.Information, "info", false)]
    [InlineData("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Information, "trace", false)] // shows the raw path
    [InlineData("Microsoft.AspNetCore.Routing.Matching.DfaMatcher", LogLevel.Debug, "trace", false)]
    [InlineData("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Error, "info", true)]
    [InlineData("Chatalot.Host.Server", LogLevel.Information, null, true)]
    [InlineData("Chatalot.Host.Server", LogLevel.Debug, null, false)]
    [InlineData("Quartz", LogLevel.Warning, null, false)]
    [InlineData("Chatalot.Host.Server", LogLevel.Critical, "off", false)]
    public void Everyday_events_of_the_framework_are_debug(
        string logger,
        LogLevel level,
        string? value,
        bool isWritten
    ) =>
        (Write(log => log.Log(level, "something happened"), logger: logger, verbosity: value).Length > 0).ShouldBe(
            isWritten
        );

    [Fact]
    public void Given_a_scope_with_the_raw_path_Then_it_is_not_on_the_line()
    {
        var line = Write(log =>
        {
            using (log.BeginScope(new Dictionary<string, object> { ["RequestPath"] = "/api/webhooks/execute/secret" }))
                log.LogInformation("x");
        });

        line.ShouldNotContain("secret");
    }

    private static string Write(
        Action<ILogger> act,
        bool isJson = false,
        string logger = Logger,
        string? verbosity = "trace"
    )
    {
        var output = new StringWriter();
        using var log = LogPipeline.Open(
            new LogOptions { Verbosity = Verbosity.Parse(verbosity), IsJson = isJson },
            output
        );
        using var services = new ServiceCollection()
            .AddLogging(logging => logging.AddChatalotLogging(log))
            .BuildServiceProvider();
        act(services.GetRequiredService<ILoggerFactory>().CreateLogger(logger));
        return output.ToString();
    }

    private static InvalidOperationException Thrown()
    {
        try
        {
            throw new InvalidOperationException("first\nsecond");
        }
        catch (InvalidOperationException exception)
        {
            return exception;
        }
    }
}
