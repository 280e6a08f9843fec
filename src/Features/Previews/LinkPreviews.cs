using System.Collections.Concurrent;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Http;
using Microsoft.Extensions.Logging;

namespace Chatalot.Features.Previews;

/// <summary>
/// Summaries of pages, kept for an hour, misses for half a minute. Of several requests for one page at once one goes
/// out; each person may cause a bounded number of them.
/// </summary>
internal sealed partial class LinkPreviews(PublicHttp http, TimeProvider clock, ILogger<LinkPreviews> logger)
{
    private const int MostPages = 1000;
    private const int MostPeople = 10_000;
    private const int MostPageBytes = 512_000;
    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);
    private static readonly TimeSpan MissesKeptFor = TimeSpan.FromSeconds(30);

    /// <summary>A screen of messages with three links each at once, then two a second.</summary>
    private static readonly BucketSize Pace = new(PerSecond: 2, Burst: 150);

    private static readonly Failure NotFetched = Failure.Validation("Could not fetch URL");

    private readonly TimedCache<Outcome> pages = new(MostPages, clock);
    private readonly TimedCache<TokenBucket> people = new(MostPeople, clock);
    private readonly ConcurrentDictionary<string, Lazy<Task<Outcome>>> underWay = new(StringComparer.Ordinal);

    /// <summary>The page's summary.</summary>
    /// <exception cref="FailureException">It cannot be fetched; or the person asks for too many.</exception>
    public async Task<PageSummary> FindAsync(Uri url, Guid userId, CancellationToken ct)
    {
        var key = url.AbsoluteUri;
        if (pages.Find(key) is { } known)
            return known.Summary ?? throw NotFetched.AsException();
        if (!BucketOf(userId).Take().IsGranted)
            throw Failure.RateLimited("too many requests, please slow down", retryAfterSeconds: 1).AsException();
        // Whoever asked first may go away: the others still wait for it.
        var fetch = underWay.GetOrAdd(key, _ => new Lazy<Task<Outcome>>(() => FetchAsync(key, url)));
        var outcome = await fetch.Value.WaitAsync(ct);
        return outcome.Summary ?? throw NotFetched.AsException();
    }

    /// <summary>Drops what is too old and returns how many there were.</summary>
    public int EvictExpired()
    {
        people.EvictExpired();
        return pages.EvictExpired();
    }

    private async Task<Outcome> FetchAsync(string key, Uri url)
    {
        try
        {
            var page = await http.GetAsync(url, MostPageBytes, IsPage, CancellationToken.None);
            var summary = page.Body.Length == 0 ? PageSummary.Empty : PageReader.Read(page.Body, page.Url);
            return Keep(key, new Outcome(summary), KeptFor);
        }
        catch (HttpRequestException problem)
        {
            LogNotFetched(url.Host, problem.Message);
            return Keep(key, new Outcome(Summary: null), MissesKeptFor);
        }
        finally
        {
            underWay.TryRemove(key, out _);
        }
    }

    private Outcome Keep(string key, Outcome outcome, TimeSpan lifetime)
    {
        pages.Set(key, outcome, lifetime);
        return outcome;
    }

    private TokenBucket BucketOf(Guid userId)
    {
        var key = userId.ToString();
        if (people.Find(key) is { } known)
            return known;
        var bucket = new TokenBucket(Pace, clock);
        people.Set(key, bucket, KeptFor);
        return bucket;
    }

    private static bool IsPage(string type) => type.Contains("text/html", StringComparison.Ordinal);

    private sealed record Outcome(PageSummary? Summary);

    [LoggerMessage(
        EventName = "LinkPreviewFailed",
        Level = LogLevel.Debug,
        Message = "Link preview fetch failed for {Host}: {Reason}"
    )]
    private partial void LogNotFetched(string host, string reason);
}
