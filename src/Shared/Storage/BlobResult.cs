using Chatalot.Shared.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Net.Http.Headers;

namespace Chatalot.Shared.Storage;

/// <summary>
/// Stored bytes as an answer to GET or HEAD: length, <c>ETag</c>, conditional requests (RFC 9110 section 13) and single
/// ranges (section 14). Access is the caller's matter and comes first, for 304 and 206 too.
/// </summary>
/// <param name="blob">What to send.</param>
/// <param name="mediaType">Its type.</param>
public sealed class BlobResult(Blob blob, string mediaType) : IResult
{
    /// <summary>
    /// Strong validator with its quotes; changes whenever the bytes do. Null: made from length and time.
    /// </summary>
    public string? ETag { get; init; }

    /// <summary>The <c>Cache-Control</c> of the answer.</summary>
    public required string CacheControl { get; init; }

    /// <summary>The <c>Content-Disposition</c> of the answer, or null for none.</summary>
    public string? Disposition { get; init; }

    /// <summary>The <c>Content-Security-Policy</c>: a stored file must never act in the name of the site.</summary>
    public string ContentSecurityPolicy { get; init; } = "default-src 'none'; sandbox";

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var request = httpContext.Request.GetTypedHeaders();
        var response = httpContext.Response;
        var etag = new EntityTagHeaderValue(ETag ?? $"\"{blob.Length:x}-{blob.StoredAt.Ticks:x}\"");
        response.Headers.ETag = etag.ToString();
        response.Headers.CacheControl = CacheControl;
        response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
        switch (Evaluate(request, etag))
        {
            case StatusCodes.Status304NotModified:
                response.StatusCode = StatusCodes.Status304NotModified;
                return;
            case StatusCodes.Status412PreconditionFailed:
                throw new Failure(
                    412,
                    "precondition_failed",
                    "the file is not the one that was asked for"
                ).AsException();
        }

        response.Headers.AcceptRanges = "bytes";
        response.Headers.LastModified = HeaderUtilities.FormatDate(blob.StoredAt);
        var (offset, count) = Range(request, etag, response);
        if (Disposition is not null)
            response.Headers.ContentDisposition = Disposition;
        response.ContentType = mediaType;
        response.ContentLength = count;
        if (HttpMethods.IsHead(httpContext.Request.Method) || count == 0)
            return;
        try
        {
            await blob.SendAsync(response, offset, count, httpContext.RequestAborted);
        }
        catch (FileNotFoundException) when (!response.HasStarted)
        {
            response.ContentLength = null;
            throw Failure.NotFound("file not found").AsException(); // deleted this moment
        }
    }

    /// <summary>The preconditions in the order of RFC 9110, section 13.2.2.</summary>
    private int Evaluate(RequestHeaders request, EntityTagHeaderValue etag)
    {
        // Dates have whole seconds.
        var storedAt = DateTimeOffset.FromUnixTimeSeconds(blob.StoredAt.ToUnixTimeSeconds());
        if (request.IfMatch is { Count: > 0 } wanted)
        {
            if (
                !wanted.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(etag, useStrongComparison: true))
            )
                return StatusCodes.Status412PreconditionFailed;
        }
        else if (request.IfUnmodifiedSince < storedAt)
            return StatusCodes.Status412PreconditionFailed;
        if (request.IfNoneMatch is { Count: > 0 } known)
            return known.Any(tag =>
                tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(etag, useStrongComparison: false)
            )
                ? StatusCodes.Status304NotModified
                : StatusCodes.Status200OK;
        return request.IfModifiedSince >= storedAt ? StatusCodes.Status304NotModified : StatusCodes.Status200OK;
    }

    /// <summary>
    /// The part that was asked for; all of it for several ranges at once and for anything that is not understood.
    /// </summary>
    private (long Offset, long Count) Range(RequestHeaders request, EntityTagHeaderValue etag, HttpResponse response)
    {
        var all = (0L, blob.Length);
        if (
            request.Range is not { Unit.Value: "bytes", Ranges: { Count: 1 } ranges }
            || !IsCurrent(request.IfRange, etag)
        )
            return all;
        var range = ranges.First();
        var first = range.From ?? Math.Max(0, blob.Length - range.To!.Value);
        var last = range.From is null ? blob.Length - 1 : Math.Min(range.To ?? long.MaxValue, blob.Length - 1);
        if (first >= blob.Length || (range.From is null && range.To == 0))
        {
            response.Headers.ContentRange = $"bytes */{blob.Length}";
            throw new Failure(416, "range_not_satisfiable", "the file is shorter than that").AsException();
        }
        response.StatusCode = StatusCodes.Status206PartialContent;
        response.Headers.ContentRange = $"bytes {first}-{last}/{blob.Length}";
        return (first, last - first + 1);
    }

    private bool IsCurrent(RangeConditionHeaderValue? condition, EntityTagHeaderValue etag) =>
        condition is null
        || condition.EntityTag?.Compare(etag, useStrongComparison: true) == true
        || condition.LastModified?.ToUnixTimeSeconds() == blob.StoredAt.ToUnixTimeSeconds();
}
