using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Chatalot.Features.Spaces;
using Chatalot.Features.Tests.Metrics;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Shared.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Integration.Tests.Operations;

/// <summary>What Prometheus reads from the whole product.</summary>
public sealed class MetricsTests
{
    [Fact]
    public async Task Given_a_used_server_Then_the_output_follows_the_format_and_no_label_holds_what_a_caller_chose()
    {
        await using var server = await TestServer.StartAsync(new() { ["METRICS_ADDR"] = "127.0.0.1:0" });
        var person = await server.AddPersonAsync("ada");
        await using (var socket = await person.ConnectAsync())
            await socket.DrainAsync();
        await person.GetAsync("/account/me");
        await server.Http.GetAsync("/api/made-up-by-a-caller/1?q=2");
        await server.Http.SendAsync(new HttpRequestMessage(new HttpMethod("MADEUP"), "/api/health"));

        var (text, samples) = await ReadAsync(server);

        text.ShouldNotContain("made-up");
        text.ShouldNotContain("MADEUP");
        text.ShouldNotContain(person.Id.ToString());
        samples.ShouldContain(sample => sample.Name == "chatalot_build_info" && sample.Value == 1);
        samples
            .Single(sample =>
                sample.Name == "chatalot_http_requests_total"
                && sample.Labels["route"] == "/api/account/me"
                && sample.Labels["status"] == "2xx"
            )
            .Value.ShouldBeGreaterThanOrEqualTo(1);
        string[] known = ["route", "method", "status", "bucket", "reason", "table", "version", "job", "outcome", "le"];
        samples
            .Where(sample => sample.Name.StartsWith("chatalot_"))
            .SelectMany(sample => sample.Labels.Keys)
            .Distinct()
            .Except(known)
            .ShouldBeEmpty("a new label: make sure that nobody from outside chooses its values");
        samples.SelectMany(sample => sample.Labels.Values).ShouldAllBe(value => value.Length < 100);
    }

    [Fact]
    public async Task Given_sockets_Then_the_scrape_takes_milliseconds_and_counts_them()
    {
        await using var server = await TestServer.StartAsync(new() { ["METRICS_ADDR"] = "127.0.0.1:0" });
        var person = await server.AddPersonAsync("ada");
        await using var socket = await person.ConnectAsync();
        await ReadAsync(server);

        var watch = Stopwatch.StartNew();
        var (_, samples) = await ReadAsync(server);

        watch.ElapsedMilliseconds.ShouldBeLessThan(200);
        samples.Single(sample => sample.Name == "chatalot_socket_users").Value.ShouldBe(1);
        samples.Single(sample => sample.Name == "chatalot_database_up").Value.ShouldBe(1);
    }

    [Fact]
    public async Task Given_a_token_Then_it_is_needed_and_the_public_port_serves_it_too()
    {
        await using var server = await TestServer.StartAsync(new() { ["METRICS_TOKEN"] = "scrape-me-0123456789" });

        (await server.Http.GetAsync("/metrics")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.Add("Authorization", "Bearer scrape-me-0123456789");
        using var answer = await server.Http.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType?.ToString().ShouldBe("text/plain; version=0.0.4; charset=utf-8");
    }

    [Fact]
    public async Task Given_a_collector_Then_metrics_are_sent_to_it_at_the_latest_when_the_server_stops()
    {
        using var collector = new HttpListener();
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            collector.Prefixes.Add($"http://{free.LocalEndpoint}/");
        }
        collector.Start();
        var sent = collector.GetContextAsync();
        var server = await TestServer.StartAsync(
            new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Prefixes.Single() }
        );
        var stopping = server.DisposeAsync().AsTask();

        var call = await sent.WaitAsync(TimeSpan.FromSeconds(20));
        call.Request.Url!.AbsolutePath.ShouldBe("/v1/metrics");
        call.Request.ContentType.ShouldBe("application/x-protobuf");
        using var body = new MemoryStream();
        await call.Request.InputStream.CopyToAsync(body);
        call.Response.Close();
        await stopping;

        System.Text.Encoding.Latin1.GetString(body.ToArray()).ShouldContain("chatalot.database.up");
    }

    [Fact]
    public async Task Given_no_token_Then_the_public_port_has_no_metrics()
    {
        await using var server = await TestServer.StartAsync();

        (await server.Http.GetAsync("/metrics")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Given_the_port_is_taken_Then_the_server_starts_all_the_same()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();

        await using var server = await TestServer.StartAsync(new() { ["METRICS_ADDR"] = $"{other.LocalEndpoint}" });

        (await server.Http.GetAsync("/api/health")).StatusCode.ShouldBe(HttpStatusCode.OK);
        server.Services.GetRequiredService<MetricsServer>().Address.ShouldBeNull();
    }

    [Fact]
    public async Task Given_an_address_that_is_not_this_machines_Then_the_server_starts_all_the_same()
    {
        await using var server = await TestServer.StartAsync(new() { ["METRICS_ADDR"] = "192.0.2.1:9464" });

        (await server.Http.GetAsync("/api/health")).StatusCode.ShouldBe(HttpStatusCode.OK);
        server.Services.GetRequiredService<MetricsServer>().Address.ShouldBeNull();
    }

    [Fact]
    public async Task Every_query_of_dashboard_and_alerts_names_a_metric_that_the_server_exports()
    {
        // Nobody listens where the SFU should be, which is what its alert is about.
        await using var server = await TestServer.StartAsync(
            new()
            {
                ["METRICS_ADDR"] = "127.0.0.1:0",
                ["SFU_URL"] = "ws://127.0.0.1:1",
                ["SFU_PUBLIC_URL"] = "wss://chat.example/sfu",
                ["SFU_API_SECRET"] = "api-secret",
                ["SFU_TOKEN_SECRET"] = "token-secret",
                ["SFU_ADMIN_KEY"] = "admin-key",
            }
        );
        var person = await server.AddPersonAsync("ada", InstanceRole.Admin);
        (await person.PostAsync("/admin/jobs/PruneAuditLog/run")).Status.ShouldBe(200);
        await using (var socket = await person.ConnectAsync())
            await socket.DrainAsync();
        await server.QueryAsync<int>("select 1");
        await Eventually.HoldsAsync(
            async () => (await ReadAsync(server)).Text.Contains("chatalot_database_size_bytes "),
            "the database is measured"
        );
        await Eventually.HoldsAsync(
            async () => (await ReadAsync(server)).Text.Contains("chatalot_voice_sfu_connected 0"),
            "the SFU is missed"
        );

        var text = (await ReadAsync(server)).Text;

        var exported = Regex
            .Matches(text, "^# TYPE (\\S+) (\\S+)$", RegexOptions.Multiline)
            .SelectMany(type =>
                type.Groups[2].Value == "histogram"
                    ? new[] { "_bucket", "_sum", "_count" }.Select(suffix => type.Groups[1].Value + suffix)
                    : [type.Groups[1].Value]
            )
            .ToHashSet();
        var folder = Path.Combine(Guide.GuidePage.Root, "compose/monitoring");
        foreach (var file in new[] { "alerts.yml", "dashboard.json" })
        {
            var named = Regex
                .Matches(
                    await File.ReadAllTextAsync(Path.Combine(folder, file)),
                    @"\b(chatalot|process|dotnet|db_client)_[a-z0-9_]+\b"
                )
                .Select(name => name.Value)
                .Distinct()
                .Except(["db_client_connection_pool_name", "db_client_connection_state"])
                .ToList();
            named.ShouldNotBeEmpty();
            named.Except(exported).ShouldBeEmpty(file);
        }
    }

    private static async Task<(string Text, IReadOnlyList<Sample> Samples)> ReadAsync(TestServer server)
    {
        using var http = new HttpClient();
        var text = await http.GetStringAsync(
            new Uri(server.Services.GetRequiredService<MetricsServer>().Address!, "/metrics")
        );
        return (text, PrometheusFormat.Parse(text));
    }
}
