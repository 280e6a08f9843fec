using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Chatalot.Integration.Tests.Hosting;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Shared.Http.Sendfile;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Chatalot.Integration.Tests.Files;

/// <summary>Larger files go from the kernel's cache to the socket; nothing of that may show but the speed.</summary>
public sealed class SendfileTests
{
    private const int Size = 6_000_000;

    private static readonly byte[] Text = Encoding.ASCII.GetBytes(
        string.Concat(Enumerable.Range(0, Size / 8).Select(n => $"{n:d7}\n"))
    );

    [Theory]
    [InlineData(0, Size, Size)]
    [InlineData(1_234_567, 3_000_000, 3_000_000)]
    [InlineData(Size - 40_000, 40_000, 40_000)]
    [InlineData(17, 1000, 0)]
    public async Task Given_a_part_of_a_file_Then_the_bytes_are_right_and_large_ones_are_not_copied(
        int from,
        int count,
        long uncopied
    )
    {
        var sent = new SentFiles();
        await using var server = await TestServer.StartAsync(adjust: sent.Watch);
        var ada = await server.AddPersonAsync("ada");
        var id = (await ada.UploadAsync(Text)).Id;

        using var response = await ada.RequestAsync(
            HttpMethod.Get,
            $"/files/{id}",
            null,
            ("Range", $"bytes={from}-{from + count - 1}"),
            ("Accept-Encoding", "gzip, br")
        );

        (await response.Content.ReadAsByteArrayAsync()).AsSpan().SequenceEqual(Text.AsSpan(from, count)).ShouldBeTrue();
        response.Content.Headers.ContentEncoding.ShouldBeEmpty();
        await Eventually.TrueAsync(() => sent.Connections.Values.Sum(output => output.FileBytes) == uncopied);
    }

    [Fact]
    public async Task Given_requests_one_after_the_other_without_waiting_Then_the_answers_come_whole_and_in_order()
    {
        var sent = new SentFiles();
        await using var server = await TestServer.StartAsync(adjust: sent.Watch);
        var ada = await server.AddPersonAsync("ada");
        var id = (await ada.UploadAsync(Text)).Id;
        (int From, int Count)[] parts =
        [
            (0, 3_000_000),
            (3_000_000, 50_000),
            (5, 3),
            (4_000_000, 70_000),
            (100, 20_000),
            (1_000_001, 2_000_000),
        ];
        using var client = new TcpClient { ReceiveBufferSize = 8192 };
        await client.ConnectAsync(server.Http.BaseAddress!.Host, server.Http.BaseAddress.Port);
        var stream = client.GetStream();

        var wanted = Enumerable.Repeat(parts, 3).SelectMany(part => part).ToList();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(string.Concat(wanted.Select(part => Ask(ada, id, part.From, part.Count))))
        );

        await using var answers = new BufferedStream(stream, 4096);
        var body = new byte[parts.Max(part => part.Count)];
        foreach (var (from, count) in wanted)
        {
            (await LengthOfNextAsync(answers)).ShouldBe(count);
            await answers.ReadExactlyAsync(body.AsMemory(0, count));
            body.AsSpan(0, count).SequenceEqual(Text.AsSpan(from, count)).ShouldBeTrue();
        }
        sent.Connections.Values.Sum(output => output.FileBytes).ShouldBePositive();
    }

    [Fact]
    public async Task Given_a_reader_who_goes_away_Then_the_file_is_closed_and_nothing_is_called_an_error()
    {
        var sent = new SentFiles();
        var log = new LogCapture();
        await using var server = await TestServer.StartAsync(adjust: services =>
        {
            sent.Watch(services);
            services.AddSingleton<ILoggerProvider>(log);
        });
        var ada = await server.AddPersonAsync("ada");
        var large = new byte[40 * Size / 8];
        for (var at = 0; at < large.Length; at += Size / 8)
            Text.AsSpan(0, Size / 8).CopyTo(large.AsSpan(at));
        var id = (await ada.UploadAsync(large)).Id;

        using (var client = new TcpClient { ReceiveBufferSize = 8192, LingerState = new LingerOption(true, 0) })
        {
            await client.ConnectAsync(server.Http.BaseAddress!.Host, server.Http.BaseAddress.Port);
            var stream = client.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes(Ask(ada, id, 0, large.Length)));
            await stream.ReadExactlyAsync(new byte[1000]);
            OpenFiles().ShouldContain(path => IsOf(path, id));
        }

        await Eventually.TrueAsync(() => sent.Ended > 1);
        OpenFiles().ShouldNotContain(path => IsOf(path, id));
        log.Lines.Where(line => line.Level >= LogLevel.Warning && line.Category.Contains("Errors")).ShouldBeEmpty();
        (await ada.StatusAsync($"/files/{id}")).ShouldBe(200);
    }

    private static bool IsOf(string path, Guid file) => path.Contains(file.ToString(), StringComparison.Ordinal);

    private static IEnumerable<string> OpenFiles() =>
        Directory
            .EnumerateFiles("/proc/self/fd")
            .Select(path => new FileInfo(path).LinkTarget ?? "")
            .Where(target => target.StartsWith('/'));

    private static string Ask(Person person, Guid file, int from, int count) =>
        $"GET /api/files/{file} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {person.Token}\r\n"
        + $"Range: bytes={from}-{from + count - 1}\r\n\r\n";

    private static async Task<int> LengthOfNextAsync(Stream answers)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (head.Length < 4 || head.ToString(head.Length - 4, 4) != "\r\n\r\n")
        {
            await answers.ReadExactlyAsync(one);
            head.Append((char)one[0]);
        }
        const string field = "Content-Length: ";
        var lines = head.ToString().Split("\r\n");
        lines[0].ShouldBe("HTTP/1.1 206 Partial Content");
        return int.Parse(
            lines.Single(line => line.StartsWith(field)).AsSpan(field.Length),
            CultureInfo.InvariantCulture
        );
    }

    /// <summary>Sees which connections sent files without a copy.</summary>
    private sealed class SentFiles : IStartupFilter
    {
        private int ended;

        public ConcurrentDictionary<string, SendfileOutput> Connections { get; } = new();

        /// <summary>Requests that are over.</summary>
        public int Ended => Volatile.Read(ref ended);

        public void Watch(IServiceCollection services) => services.AddSingleton<IStartupFilter>(this);

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) =>
            app =>
            {
                app.Use(NoteAsync);
                next(app);
            };

        private async Task NoteAsync(HttpContext context, RequestDelegate next)
        {
            Connections.TryAdd(context.Connection.Id, context.Features.Get<SendfileOutput>()!);
            try
            {
                await next(context);
            }
            finally
            {
                Interlocked.Increment(ref ended);
            }
        }
    }
}
