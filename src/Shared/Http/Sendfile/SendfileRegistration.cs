using Chatalot.Shared.Http.Sendfile;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Chatalot.Shared.Http;

/// <summary>Words for the composition of the server.</summary>
public static class SendfileRegistration
{
    /// <summary>Before everything else on an unencrypted listener.</summary>
    public static void UseSendfile(this ListenOptions listen) =>
        listen.Use(next =>
            connection =>
            {
                SendfileOutput.Attach(connection);
                return next(connection);
            }
        );

    /// <summary>Before whoever else replaces the response body, such as compression.</summary>
    public static void UseSendfile(this IApplicationBuilder app) =>
        app.Use(
            (context, next) =>
            {
                var features = context.Features;
                // Only the web server's own body counts bytes as they go to the connection.
                if (
                    HttpMethods.IsGet(context.Request.Method)
                    && HttpProtocol.IsHttp11(context.Request.Protocol)
                    && features.Get<SendfileOutput>() is { } output
                    && features.Get<IHttpResponseBodyFeature>() is { } body
                    && ReferenceEquals(body, features.Get<IHttpRequestFeature>())
                )
                    features.Set<IHttpResponseBodyFeature>(new SendfileBody(context, body, output));
                return next(context);
            }
        );
}
