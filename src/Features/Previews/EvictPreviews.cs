using Chatalot.Shared.Scheduling;
using Microsoft.Extensions.Logging;

namespace Chatalot.Features.Previews;

/// <summary>
/// Every 10 minutes, in each process: drops what its caches of GIFs and link previews hold for too long.
/// </summary>
public sealed partial class EvictPreviews : IInvocable
{
    private readonly GifSearch gifs;
    private readonly LinkPreviews previews;
    private readonly ILogger<EvictPreviews> logger;

    internal EvictPreviews(GifSearch gifs, LinkPreviews previews, ILogger<EvictPreviews> logger) =>
        (this.gifs, this.previews, this.logger) = (gifs, previews, logger);

    /// <inheritdoc/>
    public Task Invoke()
    {
        var (gifEntries, previewEntries) = (gifs.EvictExpired(), previews.EvictExpired());
        if (gifEntries + previewEntries > 0)
            LogEvicted(gifEntries, previewEntries);
        return Task.CompletedTask;
    }

    [LoggerMessage(
        EventName = "CachesEvicted",
        Level = LogLevel.Debug,
        Message = "Cache cleanup: evicted {Gifs} GIF entries, {Previews} link preview entries"
    )]
    private partial void LogEvicted(int gifs, int previews);
}
