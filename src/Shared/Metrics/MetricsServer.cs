using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Chatalot.Shared.Metrics;

/// <summary>Where metrics can be read.</summary>
/// <param name="Listen">Address of a listener of their own; null: none.</param>
/// <param name="Token">Bearer token that readers must bring; null: none.</param>
public sealed record MetricsOptions(IPEndPoint? Listen, string? Token);

/// <summary>
/// GET /metrics on an address of its own, so that the public port does not show it. A port that is taken costs the
/// metrics and not the server.
/// </summary>
public sealed partial class MetricsServer(
    MetricsOptions options,
    MetricsRegistry registry,
    ILoggerFactory loggers,
    ILogger<MetricsServer> logger
) : IHostedService
{
    /// <summary>Longest wait, at the stop, for whoever is just reading, or has sent half a request.</summary>
    private static readonly TimeSpan LongestFarewell = TimeSpan.FromSeconds(1);

    private WebApplication? server;

    /// <summary>Where it listens; null when it does not.</summary>
    public Uri? Address => server?.Urls.FirstOrDefault() is { } url ? new Uri(url) : null;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Listen is null)
            return;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;
                kestrel.Listen(options.Listen);
            });
        var app = builder.Build();
        app.Run(context => context.Request.Path == "/metrics" ? AnswerAsync(context) : NotFoundAsync(context));
        try
        {
            await app.StartAsync(cancellationToken);
            server = app;
            if (!IPAddress.IsLoopback(options.Listen.Address) && options.Token is null)
                LogOpen(logger, options.Listen);
        }
        catch (Exception closed) when (closed is IOException or SocketException)
        {
            // The port is taken, or the address is not this machine's.
            LogNotListening(logger, options.Listen, closed.Message);
            await app.DisposeAsync();
        }
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (server is null)
            return;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(LongestFarewell);
        await server.StopAsync(limit.Token);
        await server.DisposeAsync();
    }

    /// <summary>Answers a request for the metrics, wherever it came in.</summary>
    public Task AnswerAsync(HttpContext context)
    {
        var response = context.Response;
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            response.Headers.Allow = "GET, HEAD";
            return Task.CompletedTask;
        }
        if (!IsWelcome(context.Request))
        {
            response.StatusCode = StatusCodes.Status401Unauthorized;
            response.Headers.WWWAuthenticate = "Bearer";
            return Task.CompletedTask;
        }
        var body = Encoding.UTF8.GetBytes(PrometheusText.Write(registry.Collect()));
        response.ContentType = PrometheusText.ContentType;
        response.ContentLength = body.Length;
        response.Headers.CacheControl = "no-store";
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    private bool IsWelcome(HttpRequest request) =>
        options.Token is null
        || CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes($"Bearer {options.Token}")),
            SHA256.HashData(Encoding.UTF8.GetBytes(request.Headers.Authorization.ToString()))
        );

    private static Task NotFoundAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    [LoggerMessage(
        EventName = "MetricsNotListening",
        Level = LogLevel.Warning,
        Message = "Metrics are not to be had at {Address}: {Reason}"
    )]
    private static partial void LogNotListening(ILogger logger, IPEndPoint address, string reason);

    [LoggerMessage(
        EventName = "MetricsOpen",
        Level = LogLevel.Warning,
        Message = "Metrics at {Address} can be read by everybody who reaches it; set METRICS_TOKEN"
    )]
    private static partial void LogOpen(ILogger logger, IPEndPoint address);

    /// <summary>Signals are the main host's business.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
