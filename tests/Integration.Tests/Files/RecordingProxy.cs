using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Chatalot.Integration.Tests.Files;

/// <summary>
/// Stands before an object store and passes everything on as it is, host name included, because that is signed. Notes
/// the requests that came, and answers those itself that it is told to.
/// </summary>
internal sealed class RecordingProxy : IAsyncDisposable
{
    private static readonly string[] OfTheConnection = ["Connection", "Keep-Alive", "Transfer-Encoding"];

    private readonly HttpClient store;
    private readonly WebApplication app;
    private readonly ConcurrentQueue<string> requests = new();

    private RecordingProxy(Uri target, Func<HttpRequest, HttpStatusCode?> instead)
    {
        store = new HttpClient { BaseAddress = target };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.Run(context => AnswerAsync(context, instead));
    }

    public Uri Endpoint => new(app.Urls.Single());

    /// <summary>Method, path and query of what came, in order.</summary>
    public IReadOnlyList<string> Requests => [.. requests];

    /// <summary>Starts before this store.</summary>
    /// <param name="target">The store.</param>
    /// <param name="instead">What the store shall not answer, and the status that comes instead.</param>
    public static async Task<RecordingProxy> StartAsync(Uri target, Func<HttpRequest, HttpStatusCode?> instead)
    {
        var proxy = new RecordingProxy(target, instead);
        await proxy.app.StartAsync();
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        store.Dispose();
    }

    private async Task AnswerAsync(HttpContext context, Func<HttpRequest, HttpStatusCode?> instead)
    {
        var request = context.Request;
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null;
        requests.Enqueue($"{request.Method} {target}");
        if (instead(request) is { } status)
        {
            await request.Body.CopyToAsync(Stream.Null);
            context.Response.StatusCode = (int)status;
            return;
        }
        using var sent = new HttpRequestMessage(new HttpMethod(request.Method), target);
        if (request.ContentLength is not null)
            sent.Content = new StreamContent(request.Body);
        foreach (var (name, values) in request.Headers)
        {
            if (!sent.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
                sent.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
        }
        using var answer = await store.SendAsync(
            sent,
            HttpCompletionOption.ResponseHeadersRead,
            context.RequestAborted
        );
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
        {
            if (!OfTheConnection.Contains(name, StringComparer.OrdinalIgnoreCase))
                context.Response.Headers[name] = values.ToArray();
        }
        if (!HttpMethods.IsHead(request.Method))
            await answer.Content.CopyToAsync(context.Response.Body);
    }
}
