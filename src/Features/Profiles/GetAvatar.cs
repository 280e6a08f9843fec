using Chatalot.Features.Pictures;
using Chatalot.Shared.Endpoints;
using Microsoft.AspNetCore.Http;

namespace Chatalot.Features.Profiles;

/// <summary>GET /api/avatars/{filename}: a picture of a profile, for everybody who knows its address.</summary>
internal sealed class GetAvatar(PictureStore pictures) : Endpoint<GetAvatar.Query, IResult>
{
    /// <param name="Filename">The picture's name.</param>
    public sealed record Query(string Filename);

    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/avatars/{filename}");
        AllowAnonymous();
        Summary("A picture of a profile", 404);
    }

    /// <inheritdoc/>
    public override Task<IResult> ExecuteAsync(Query query, CancellationToken ct) =>
        pictures.ServeAsync(PictureFolder.Avatars, query.Filename, "avatar not found", ct);
}
