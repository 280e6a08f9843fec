using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Microsoft.AspNetCore.Http;

namespace Chatalot.Features.Previews;

/// <summary>
/// GET /api/link-preview/image: the picture of a preview, fetched by this server. Anybody who has the signed address;
/// the four usual kinds of pictures up to 5 MiB, nothing that could carry a script.
/// </summary>
internal sealed class GetPreviewPicture(PublicHttp http, PictureAddresses pictures)
    : Endpoint<GetPreviewPicture.Query, IResult>
{
    private const int MostBytes = 5 * 1024 * 1024;

    private static readonly Failure NotThere = Failure.NotFound("picture not found");
    private static readonly string[] Kinds = ["image/png", "image/jpeg", "image/gif", "image/webp"];

    public sealed record Query(string Url, string Sig);

    public override void Configure()
    {
        Get(PictureAddresses.Route);
        AllowAnonymous();
        Summary("The picture of a link preview", 404);
    }

    public override async Task<IResult> ExecuteAsync(Query query, CancellationToken ct)
    {
        if (!await pictures.IsOursAsync(query.Url, query.Sig, ct) || PreviewAddress.Read(query.Url) is not { } url)
            throw NotThere.AsException();
        try
        {
            var picture = await http.GetAsync(url, MostBytes, Kinds.Contains, ct);
            if (picture.Body.Length == 0 || !picture.IsWhole)
                throw NotThere.AsException();
            HttpContext.Response.Headers.CacheControl = "private, max-age=86400";
            HttpContext.Response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
            return TypedResults.Bytes(picture.Body, picture.ContentType);
        }
        catch (HttpRequestException)
        {
            throw NotThere.AsException();
        }
    }
}
