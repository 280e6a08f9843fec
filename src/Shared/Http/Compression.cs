using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.Options;

namespace Chatalot.Shared.Http;

/// <summary>
/// gzip for text answers (contract, operations.md 5.5). Stored files never: they are encrypted or already compressed,
/// and a client needs their length and ranges.
/// </summary>
internal sealed class Compression(IServiceProvider services, IOptions<ResponseCompressionOptions> options)
    : ResponseCompressionProvider(services, options)
{
    private const int SmallestBytes = 32;

    public override bool ShouldCompressResponse(HttpContext context) =>
        !(context.Response.ContentLength < SmallestBytes)
        && context.Response.Headers.ContentEncoding.Count == 0
        && !context.Request.Path.StartsWithSegments("/api/files", StringComparison.OrdinalIgnoreCase)
        && base.ShouldCompressResponse(context);
}
