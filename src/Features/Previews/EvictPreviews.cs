using Chatalot.Shared.Scheduling;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Chatalot.Features.Previews;

/// <summary>Every 10 minutes, in each process: drops what its caches of GIFs and link previews hold for too long.</summary>
public sealed partial class EvictPreviews(IServiceProvider services, ILogger<EvictPreviews> logger) : IInvocable
{
    private readonly GifSearch gifs = services.GetRequiredService<GifSearch>();
    private readonly LinkPreviews previews = services.GetRequiredService<LinkPreviews>();

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
