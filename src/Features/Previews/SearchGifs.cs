using Chatalot.Shared.Endpoints;

namespace Chatalot.Features.Previews;

/// <summary>GET /api/gifs/search: GIFs for some words, through this server. Any user.</summary>
internal sealed class SearchGifs(GifSearch gifs) : Endpoint<SearchGifs.Query, GifPage>
{
    public sealed record Query(string? Q, int? Limit, string? Pos);

    public override void Configure()
    {
        Get("/api/gifs/search");
        Summary("Search GIFs");
    }

    public override Task<GifPage> ExecuteAsync(Query query, CancellationToken ct) =>
        gifs.SearchAsync(query.Q, query.Limit, query.Pos, ct);
}
