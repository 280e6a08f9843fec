using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Chatalot.Shared.Http;

/// <summary>Largest request bodies in bytes, by kind of route (contract, README ruling 9).</summary>
public sealed record BodyLimitSettings
{
    /// <summary>Bodies below <c>/api/auth/</c> and of webhooks, which anyone may send.</summary>
    public long AuthBytes { get; init; } = 64 * 1024;

    /// <summary>JSON bodies.</summary>
    public long JsonBytes { get; init; } = 1024 * 1024;

    /// <summary>Uploads: the largest file plus 10 MiB for the form around it.</summary>
    public long UploadBytes { get; init; } = 110 * 1024 * 1024;
}

/// <summary>
/// Refuses bodies that announce too much before anything is read, and has the server stop reading those that do not
/// announce their length. Runs after authorization: who may not call at all learns that first.
/// </summary>
internal sealed class BodyLimits(RequestDelegate next, BodyLimitSettings settings)
{
    /// <summary>Uploads over slow links are slow, not attacks; a stalled one is still cut.</summary>
    private static readonly MinDataRate SlowestUpload = new(bytesPerSecond: 64, gracePeriod: TimeSpan.FromMinutes(1));

    public Task InvokeAsync(HttpContext context)
    {
        var isUpload = IsUpload(context.GetEndpoint());
        var limit = LimitOf(context.Route(), isUpload, settings);
        if (context.Request.ContentLength > limit)
            return ErrorBody.WriteAsync(context, ErrorBody.OfStatus(413));
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = limit;
        if (isUpload && context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = SlowestUpload;
        return next(context);
    }

    public static long LimitOf(string route, bool isUpload, BodyLimitSettings settings)
    {
        if (isUpload)
            return settings.UploadBytes;
        return
            route.StartsWith("/api/auth/", StringComparison.OrdinalIgnoreCase)
            || route.StartsWith("/api/webhooks/execute/", StringComparison.OrdinalIgnoreCase)
            ? settings.AuthBytes
            : settings.JsonBytes;
    }

    public static bool IsUpload(Endpoint? endpoint) =>
        endpoint?.Metadata.GetMetadata<EndpointDefinition>()?.ReadsFormItself == true;
}
