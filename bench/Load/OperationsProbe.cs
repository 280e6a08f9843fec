using Chatalot.Bench.Wire;

namespace Chatalot.Bench.Load;

/// <summary>What monitoring felt of a server under load.</summary>
/// <param name="Health">Calls of <c>/api/health</c> that were answered 200.</param>
/// <param name="Unwell">Calls that were answered otherwise.</param>
/// <param name="Scrapes">Reads of the metrics.</param>
/// <param name="ScrapeBytes">Size of the last of them.</param>
internal sealed record ProbeResult(LatencySummary Health, int Unwell, LatencySummary Scrapes, long ScrapeBytes);

/// <summary>Asks for health fifty times a second and reads the metrics once a second, as long as it is let.</summary>
internal sealed class OperationsProbe(Uri server, Uri metrics) : IDisposable
{
    private static readonly TimeSpan HealthEvery = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan ScrapeEvery = TimeSpan.FromSeconds(1);

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private readonly LatencyHistogram _health = new();
    private readonly LatencyHistogram _scrapes = new();
    private int _unwell;
    private long _scrapeBytes;

    public ProbeResult Result => new(_health.Summarize(), _unwell, _scrapes.Summarize(), _scrapeBytes);

    /// <summary>Both, until cancelled.</summary>
    public Task RunAsync(CancellationToken ct) => Task.WhenAll(HealthAsync(ct), ScrapeAsync(ct));

    /// <summary>The metrics alone, until cancelled.</summary>
    public Task ScrapeAsync(CancellationToken ct) =>
        EveryAsync(
            ScrapeEvery,
            async () =>
            {
                var started = Clock.Microseconds;
                _scrapeBytes = (await _http.GetByteArrayAsync(metrics, ct)).Length;
                _scrapes.Add(Clock.Microseconds - started);
            },
            ct
        );

    public void Dispose() => _http.Dispose();

    private Task HealthAsync(CancellationToken ct) =>
        EveryAsync(
            HealthEvery,
            async () =>
            {
                var started = Clock.Microseconds;
                using var answer = await _http.GetAsync(new Uri(server, "/api/health"), ct);
                if (answer.IsSuccessStatusCode)
                    _health.Add(Clock.Microseconds - started);
                else
                    _unwell++;
            },
            ct
        );

    // A call that takes longer than its turn delays the next: what is late is part of what was measured already.
    private static async Task EveryAsync(TimeSpan interval, Func<Task> call, CancellationToken ct)
    {
        using var turns = new PeriodicTimer(interval);
        try
        {
            do await call();
            while (await turns.WaitForNextTickAsync(ct));
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The measured time is over.
        }
    }
}
