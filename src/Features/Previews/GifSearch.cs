using System.Globalization;
using System.Text.Json;
using Chatalot.Shared.Errors;
using Microsoft.Extensions.Logging;

namespace Chatalot.Features.Previews;

/// <summary>Where GIFs come from.</summary>
public sealed record GifOptions
{
    /// <summary>The provider's address.</summary>
    public Uri Address { get; init; } = new("https://api.giphy.com");

    /// <summary>Key at the provider; null: no GIF search.</summary>
    public string? Key { get; init; }
}

/// <summary>Asks the provider for GIFs and remembers its answers for five minutes, for everybody.</summary>
internal sealed partial class GifSearch(GifOptions options, TimeProvider clock, ILogger<GifSearch> logger) : IDisposable
{
    private const int MostAnswers = 200;
    private const int LongestQuery = 256;
    private const int LargestLimit = 50;
    private const int DefaultLimit = 20;
    private const int MostBytes = 4 * 1024 * 1024;
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(5);

    /// <summary>Not 502 to 504: clients repeat those by themselves, and the provider counts.</summary>
    private static readonly Failure ProviderFailed = new(500, "gif_provider_failed", "the GIF provider did not answer");

    private readonly TimedCache<GifPage> answers = new(MostAnswers, clock);
    private readonly HttpClient client = new()
    {
        Timeout = TimeSpan.FromSeconds(10),
        MaxResponseContentBufferSize = MostBytes,
    };

    /// <summary>GIFs for the words.</summary>
    public Task<GifPage> SearchAsync(string? query, int? limit, string? position, CancellationToken ct)
    {
        RequireKey();
        var words = query?.Trim() ?? "";
        var size = Limit(limit);
        return words.Length == 0 || words.EnumerateRunes().Count() > LongestQuery
            ? Task.FromResult(GifPage.Empty)
            : FindAsync("search", $"&q={Uri.EscapeDataString(words)}", size, Offset(position), ct);
    }

    /// <summary>GIFs that are liked at present.</summary>
    public Task<GifPage> TrendingAsync(int? limit, string? position, CancellationToken ct)
    {
        RequireKey();
        return FindAsync("trending", "", Limit(limit), Offset(position), ct);
    }

    /// <summary>Drops what is too old and returns how many there were.</summary>
    public int EvictExpired() => answers.EvictExpired();

    public void Dispose() => client.Dispose();

    private void RequireKey()
    {
        if (string.IsNullOrEmpty(options.Key))
            throw Failure.Validation("GIF search is not configured on this server").AsException();
    }

    private static int Limit(int? asked) =>
        asked is < 0
            ? throw Failure.Validation("limit must not be negative").AsException()
            : Math.Min(asked ?? DefaultLimit, LargestLimit);

    private static int Offset(string? position) =>
        int.TryParse(position, NumberStyles.None, CultureInfo.InvariantCulture, out var offset) ? offset : 0;

    private async Task<GifPage> FindAsync(string kind, string query, int limit, int offset, CancellationToken ct)
    {
        var request = string.Create(
            CultureInfo.InvariantCulture,
            $"{kind}?limit={limit}&offset={offset}&rating=g{query}"
        );
        if (answers.Find(request) is { } known)
            return known;
        var page = await FetchAsync(request, offset, ct);
        answers.Set(request, page, KeptFor);
        return page;
    }

    private async Task<GifPage> FetchAsync(string request, int offset, CancellationToken ct)
    {
        var address = new Uri(
            $"{options.Address.AbsoluteUri.TrimEnd('/')}/v1/gifs/{request}&api_key={Uri.EscapeDataString(options.Key!)}"
        );
        try
        {
            using var response = await client.GetAsync(address, ct);
            if (!response.IsSuccessStatusCode)
            {
                LogStatus((int)response.StatusCode);
                throw ProviderFailed.AsException();
            }
            await using var body = await response.Content.ReadAsStreamAsync(ct);
            using var json = await JsonDocument.ParseAsync(body, cancellationToken: ct);
            return GifPage.Read(json.RootElement, offset);
        }
        catch (Exception problem) when (IsProvidersFault(problem, ct))
        {
            // The message may hold the address, and with it the key.
            LogFailed(problem is HttpRequestException http ? http.HttpRequestError.ToString() : problem.GetType().Name);
            throw ProviderFailed.AsException();
        }
    }

    private static bool IsProvidersFault(Exception problem, CancellationToken ct) =>
        problem is HttpRequestException or JsonException or InvalidOperationException
        || (problem is OperationCanceledException && !ct.IsCancellationRequested);

    [LoggerMessage(
        EventName = "GifProviderFailed",
        Level = LogLevel.Warning,
        Message = "GIPHY API request failed: {Reason}"
    )]
    private partial void LogFailed(string reason);

    [LoggerMessage(
        EventName = "GifProviderRefused",
        Level = LogLevel.Warning,
        Message = "GIPHY API returned status {Status}"
    )]
    private partial void LogStatus(int status);
}
