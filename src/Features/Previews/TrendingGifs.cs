using Chatalot.Shared.Endpoints;

namespace Chatalot.Features.Previews;

/// <summary>GET /api/gifs/trending: GIFs that are liked at present, through this server. Any user.</summary>
internal sealed class TrendingGifs(GifSearch gifs) : Endpoint<TrendingGifs.Query, GifPage>
{
    public sealed record Query(int? Limit, string? Pos);

    public override void Configure()
    {
        Get("/api/gifs/trending");
        Summary("Trending GIFs");
    }

    public override Task<GifPage> ExecuteAsync(Query query, CancellationToken ct) =>
        gifs.TrendingAsync(query.Limit, query.Pos, ct);
}
