using System.Net;
using Chatalot.Shared.Outbound;

namespace Chatalot.Features.Previews;

/// <summary>What came of a request.</summary>
/// <param name="Url">The address that answered, after redirects.</param>
/// <param name="ContentType">Its media type, lower case; empty when there is none.</param>
/// <param name="Body">The first bytes of the body, at most as many as were asked for.</param>
/// <param name="IsWhole">Whether that is all of it.</param>
internal sealed record FetchedPage(Uri Url, string ContentType, byte[] Body, bool IsWhole);

/// <summary>
/// Fetches from the public internet and from nowhere else (<see cref="PublicHandler"/>). Redirects are followed by
/// hand, each with the full check. Time and bytes are bounded.
/// </summary>
internal sealed class PublicHttp : IDisposable
{
    private const int MostRedirects = 3;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly TimeProvider clock;
    private readonly HttpClient client;

    public PublicHttp(IPublicNetwork network, TimeProvider clock)
    {
        this.clock = clock;
        var handler = PublicHandler.Create(network);
        handler.AutomaticDecompression = DecompressionMethods.All;
        client = new HttpClient(handler);
        client.DefaultRequestHeaders.UserAgent.ParseAdd("ChatalotBot/1.0 (link preview)");
    }

    /// <summary>The page, whatever its status, when a body of this kind was found.</summary>
    /// <param name="url">Where to begin.</param>
    /// <param name="mostBytes">Bytes that are read at most.</param>
    /// <param name="isWanted">Whether to read a body of this media type; else it comes back empty.</param>
    /// <param name="ct">Ends the request.</param>
    /// <exception cref="HttpRequestException">It could not be fetched, or may not be.</exception>
    public async Task<FetchedPage> GetAsync(Uri url, int mostBytes, Func<string, bool> isWanted, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(Limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            return await FollowAsync(url, mostBytes, isWanted, either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            throw new HttpRequestException("no answer in time");
        }
        catch (Exception broken) when (broken is IOException or InvalidDataException or InvalidOperationException)
        {
            // The line broke, or the body is not compressed as it says (gzip and Brotli have an exception each).
            throw new HttpRequestException(broken.Message);
        }
    }

    public void Dispose() => client.Dispose();

    private async Task<FetchedPage> FollowAsync(
        Uri url,
        int mostBytes,
        Func<string, bool> isWanted,
        CancellationToken ct
    )
    {
        for (var redirects = 0; ; redirects++)
        {
            if (PreviewAddress.IsInternal(url))
                throw new HttpRequestException("internal address");
            using var response = await client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, ct);
            if ((int)response.StatusCode is >= 300 and < 400 && response.Headers.Location is { } location)
            {
                if (redirects == MostRedirects)
                    throw new HttpRequestException("too many redirects");
                url =
                    (Uri.TryCreate(url, location, out var next) ? PreviewAddress.Read(next.AbsoluteUri) : null)
                    ?? throw new HttpRequestException("redirected to an address that is not fetched");
                continue;
            }
            var type = response.Content.Headers.ContentType?.MediaType?.ToLowerInvariant() ?? "";
            if (!isWanted(type))
                return new FetchedPage(url, type, [], IsWhole: true);
            var (body, isWhole) = await ReadAsync(response, mostBytes, ct);
            return new FetchedPage(url, type, body, isWhole);
        }
    }

    private static async Task<(byte[] Body, bool IsWhole)> ReadAsync(
        HttpResponseMessage response,
        int mostBytes,
        CancellationToken ct
    )
    {
        await using var stream = await response.Content.ReadAsStreamAsync(ct);
        var buffer = new byte[mostBytes + 1];
        var length = 0;
        while (length < buffer.Length)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), ct);
            if (read == 0)
                break;
            length += read;
        }
        return (buffer[..Math.Min(length, mostBytes)], length <= mostBytes);
    }
}
