using System.Diagnostics;
using System.IO.Pipelines;
using Chatalot.Shared.Errors;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using BadHttpRequestException = Microsoft.AspNetCore.Http.BadHttpRequestException;

namespace Chatalot.Shared.Http;

/// <summary>
/// Gives the error body to requests that Kestrel refuses before there is a request to handle: paths with <c>%00</c>,
/// broken or too many headers, too long a line. Kestrel tells of the refusal (its diagnostic event <c>BadRequest</c>)
/// and then writes a head without a body; each connection's <see cref="RefusalWriter"/> adds it.
/// </summary>
internal sealed partial class RefusedRequests(DiagnosticListener framework, ILogger<RefusedRequests> log)
    : IHostedService,
        IObserver<KeyValuePair<string, object?>>,
        IDisposable
{
    private const string Refused = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    private IDisposable? subscription;

    /// <summary>Puts the writer on each connection. Before the addresses to listen on.</summary>
    public static void Prepare(KestrelServerOptions kestrel) =>
        kestrel.ConfigureEndpointDefaults(listen => listen.Use(next => connection => RunAsync(connection, next)));

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        // No other event is made, or costs anything, on our account.
        subscription = framework.Subscribe(this, static name => name == Refused);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose() => subscription?.Dispose();

    /// <inheritdoc/>
    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Value is not IFeatureCollection request || request.Get<RefusalWriter>() is not { } output)
            return;
        // A broken address is found before the method is read: then the body goes out to HEAD too, and the line is
        // closed.
        var isHead = HttpMethods.IsHead(request.Get<IHttpRequestFeature>()?.Method ?? "");
        if (isHead || request.Get<IHttpResponseFeature>() is not { HasStarted: false })
            return;
        if (request.Get<IBadRequestExceptionFeature>()?.Error is not BadHttpRequestException { StatusCode: var status })
            return;
        var requestId = ActivityTraceId.CreateRandom().ToHexString();
        output.AddBody(requestId, ErrorBody.Render(ErrorBody.OfStatus(status), requestId));
        LogRefused(log, status, requestId);
    }

    /// <inheritdoc/>
    public void OnCompleted()
    {
        // The framework's events do not end.
    }

    /// <inheritdoc/>
    public void OnError(Exception error)
    {
        // Nor do they fail.
    }

    private static async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var transport = connection.Transport;
        var output = new RefusalWriter(transport.Output);
        connection.Features.Set(output);
        connection.Transport = new Duplex(transport.Input, output);
        try
        {
            await next(connection);
        }
        finally
        {
            connection.Transport = transport;
        }
    }

    [LoggerMessage(
        EventName = "RequestRefused",
        Level = LogLevel.Debug,
        Message = "request could not be read: status={Status} request_id={RequestId}"
    )]
    private static partial void LogRefused(ILogger log, int status, string requestId);

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
