using System.Buffers;
using System.Net.Http.Headers;
using Chatalot.Bench.Accounts;
using Chatalot.Bench.Wire;

namespace Chatalot.Bench.Load;

/// <summary>Pages a second and their latency, for the newest page and for pages deep in the channel.</summary>
internal sealed record HistoryResult(int Connections, int Pages, int Depth, PageResult First, PageResult Deep);

/// <summary><paramref name="PageBytes"/> is the size of one page's body.</summary>
internal sealed record PageResult(double PagesPerSecond, LatencySummary Latency, long PageBytes);

/// <summary>Reads pages of 50 messages over keep-alive connections.</summary>
internal sealed class HistoryRun(Uri server, ChatalotApi api, string accessToken, Guid channel)
{
    private const int PageSize = 50;
    private const int WalkSize = 100;
    private const int CopySize = 32 * 1024;

    public Action<string>? Progress { get; init; }

    public async Task<HistoryResult> RunAsync(int connections, int pages, int maxDepth, CancellationToken ct)
    {
        var (depth, deepCursors) = await WalkAsync(maxDepth, ct);
        await ReadPagesAsync(connections, pages / 4, [null], ct);
        Progress?.Invoke("first pages");
        var first = await ReadPagesAsync(connections, pages, [null], ct);
        Progress?.Invoke("deep pages");
        var deep = await ReadPagesAsync(connections, pages, deepCursors, ct);
        return new HistoryResult(connections, pages, depth, first, deep);
    }

    /// <summary>
    /// Goes back through history; returns how far, and cursors of the last tenth that have a full page behind.
    /// </summary>
    private async Task<(int Depth, IReadOnlyList<Guid?> Cursors)> WalkAsync(int maxDepth, CancellationToken ct)
    {
        var cursors = new List<Guid?>();
        for (var depth = 0; ; )
        {
            var page = await api.HistoryAsync(accessToken, channel, cursors.LastOrDefault(), WalkSize, ct);
            depth += page.Count;
            if (page.Count == WalkSize && depth < maxDepth)
            {
                cursors.Add(page[^1].Id);
                Progress?.Invoke($"walking back: {depth} messages");
                continue;
            }
            // The last cursor may have less than a page behind it.
            var usable = cursors.SkipLast(page.Count < PageSize ? 1 : 0).ToList();
            var deep = usable.TakeLast(Math.Max(1, usable.Count / 10)).ToList();
            return deep.Count > 0
                ? (depth, deep)
                : throw new IOException($"{depth} messages are too few to read deep pages");
        }
    }

    private async Task<PageResult> ReadPagesAsync(
        int connections,
        int pages,
        IReadOnlyList<Guid?> cursors,
        CancellationToken ct
    )
    {
        using var http = ChatalotApi.NewClient(server);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        var paths = cursors
            .Select(cursor => new Uri(server, ChatalotApi.HistoryPath(channel, cursor, PageSize)))
            .ToList();
        var (next, bytes) = (-1, 0L);
        async Task<LatencyHistogram> ReadAsync()
        {
            var latency = new LatencyHistogram();
            for (var i = Interlocked.Increment(ref next); i < pages; i = Interlocked.Increment(ref next))
            {
                var started = Clock.Microseconds;
                Interlocked.Add(ref bytes, await ReadPageAsync(http, paths[i % paths.Count], ct));
                latency.Add(Clock.Microseconds - started);
            }
            return latency;
        }

        var began = Clock.Microseconds;
        var all = new LatencyHistogram();
        foreach (var latency in await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => ReadAsync())))
            all.Add(latency);
        var seconds = (Clock.Microseconds - began) / 1_000_000.0;
        return new PageResult(pages / seconds, all.Summarize(), bytes / Math.Max(1, pages));
    }

    private static async Task<long> ReadPageAsync(HttpClient http, Uri path, CancellationToken ct)
    {
        using var response = await http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, ct);
        response.EnsureSuccessStatusCode();
        await using var body = await response.Content.ReadAsStreamAsync(ct);
        var buffer = ArrayPool<byte>.Shared.Rent(CopySize);
        try
        {
            long total = 0;
            for (int read; (read = await body.ReadAsync(buffer, ct)) > 0; )
                total += read;
            return total;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
