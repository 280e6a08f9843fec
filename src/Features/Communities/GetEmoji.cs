using Chatalot.Features.Pictures;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Chatalot.Features.Communities;

/// <summary>GET /api/emojis/{id}: the picture of a custom emoji, for everybody who has its address.</summary>
internal sealed class GetEmoji(PictureStore pictures, NpgsqlDataSource database) : Endpoint<GetEmoji.Query, IResult>
{
    public sealed record Query(Guid Id);

    public override void Configure()
    {
        Get("/api/emojis/{id}");
        AllowAnonymous();
        Summary("Get the picture of a custom emoji", 404);
    }

    public override async Task<IResult> ExecuteAsync(Query query, CancellationToken ct)
    {
        var fileName = await database.FirstAsync(
            "select file_name from custom_emojis where id = $1",
            row => row.GetString(0),
            ct,
            query.Id
        );
        return fileName is null
            ? throw Failure.NotFound("emoji not found").AsException()
            : await pictures.ServeAsync(
                PictureFolder.Emojis,
                fileName,
                "emoji file not found",
                ct,
                "public, max-age=86400"
            );
    }
}
