using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using Chatalot.Integration.Tests.Auth;
using Chatalot.Integration.Tests.Infrastructure;

namespace Chatalot.Integration.Tests.Guide;

/// <summary>Rows that are about the process: its standard output, its start and its end.</summary>
public sealed class ProcessRows : IAsyncLifetime
{
    private TestDatabase database = null!;

    public async Task InitializeAsync() => database = await TestDatabase.CreateEmptyAsync();

    public async Task DisposeAsync() => await database.DisposeAsync();

    [Fact]
    public async Task G23_Given_no_log_files_Then_standard_output_has_it_all_and_nothing_at_debug()
    {
        await using var server = await ServerProcess.StartAsync(database.ConnectionString, ("LOG_PATH", ""));

        server.Lines.ShouldNotBeEmpty();
        server.Lines.ShouldAllBe(line => !line.Contains(" DEBUG "));
        Directory.EnumerateFiles(server.Folder, "*.clef", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task G26_Each_event_is_one_line()
    {
        await using var server = await ServerProcess.StartAsync(database.ConnectionString, ("RUST_LOG", "debug"));

        server.Lines.ShouldAllBe(line =>
            System.Text.RegularExpressions.Regex.IsMatch(
                line,
                @"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z (TRACE|DEBUG|INFO|WARN|ERROR) [\w.]+: "
            )
        );
    }

    [Fact]
    public async Task G27_Each_line_carries_its_own_UTC_time()
    {
        var begun = DateTimeOffset.UtcNow;
        await using var observed = await ObservedServer.StartAsync("debug");

        var times = observed.Lines.Select(line => DateTimeOffset.Parse(line.Split(' ')[0], null)).ToList();

        times.ShouldBe(times.Order());
        times.ShouldAllBe(time => time >= begun && time <= DateTimeOffset.UtcNow && time.Offset == TimeSpan.Zero);
    }

    [Fact]
    public async Task G36_The_start_is_told_in_its_order()
    {
        await using var server = await ServerProcess.StartAsync(database.ConnectionString);

        string[] expected =
        [
            "Starting Chatalot server",
            "Database connected",
            "Migrations applied",
            "Instance settings: max_messages_cache=500, max_pins_per_channel=50, e2e_enabled=true",
            "Listening on ",
        ];
        var told = server
            .Lines.Select(line => Array.FindIndex(expected, text => line.Contains(text, StringComparison.Ordinal)))
            .Where(index => index >= 0);
        told.ShouldBe([0, 1, 2, 3, 4]);
        server.Lines.ShouldContain(line => line.EndsWith($"Listening on {server.Address.Authority}"));
        server.Lines.ShouldAllBe(line => !line.Contains("Password="));
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task G45_Given_a_signal_Then_both_lines_with_counts_and_exit_code_0(string signal)
    {
        await using var server = await ServerProcess.StartAsync(database.ConnectionString);

        (await server.StopAsync(signal)).ShouldBe(0);

        await server.LineAsync("Shutdown signal received");
        server
            .Lines[^1]
            .ShouldContain(
                "Server shut down gracefully: 0 requests finished, 0 cut off, 0 sockets closed, 0 jobs interrupted"
            );
    }

    [Fact]
    public async Task G61_Given_a_fresh_server_Then_it_holds_less_memory_than_the_guide_allows()
    {
        await using var server = await ServerProcess.StartAsync(database.ConnectionString);

        var status = await File.ReadAllLinesAsync($"/proc/{server.Id}/status");

        var kib = long.Parse(
            status.Single(line => line.StartsWith("VmRSS:")).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]
        );
        (kib / 1024).ShouldBeLessThan(150);
    }

    [Fact]
    public async Task G62_Given_an_upload_Then_the_processor_time_rises_with_it_and_then_hardly_any_more()
    {
        await using var server = await ServerProcess.StartAsync(database.ConnectionString);
        using var http = new HttpClient { BaseAddress = server.Address };
        var token = (await http.RegisterAsync("ada")).AccessToken;
        var before = Processor(server);

        var bytes = new byte[50_000_000];
        "%PDF-1.7"u8.CopyTo(bytes);
        using var file = new ByteArrayContent(bytes);
        file.Headers.ContentType = new MediaTypeHeaderValue("application/pdf");
        using var upload = new HttpRequestMessage(HttpMethod.Post, "/api/files/upload");
        upload.Content = new MultipartFormDataContent { { file, "file", "big.pdf" } };
        upload.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var stored = await http.SendAsync(upload);
        stored.StatusCode.ShouldBe(HttpStatusCode.OK, await stored.Content.ReadAsStringAsync());
        var used = Processor(server) - before;

        used.ShouldBeGreaterThan(TimeSpan.FromMilliseconds(50));
        var last = (At: Stopwatch.StartNew(), Used: Processor(server));
        await Eventually.HoldsAsync(
            () =>
            {
                if (last.At.ElapsedMilliseconds < 500)
                    return false;
                var share = (Processor(server) - last.Used) / last.At.Elapsed;
                last = (Stopwatch.StartNew(), Processor(server));
                return share < 0.05;
            },
            "half a second in which less than a twentieth of a processor is used"
        );
    }

    private static TimeSpan Processor(ServerProcess server)
    {
        using var process = Process.GetProcessById(server.Id);
        return process.TotalProcessorTime;
    }
}
