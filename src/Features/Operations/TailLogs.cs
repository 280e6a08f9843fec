using System.Text.Json;
using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Http;
using Chatalot.Shared.Logging;
using Chatalot.Shared.Logging.Store;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Chatalot.Features.Operations;

/// <summary>
/// GET /api/admin/logs/tail: new events as they happen, as server-sent events, with the conditions of the search.
/// Admins only. A stream lasts as long as an access token at most, so nobody listens longer than they may; clients come
/// back.
/// </summary>
public sealed class TailLogs(LogPipeline log, IHostApplicationLifetime lifetime, TimeProvider clock)
    : Endpoint<SearchLogs.Query>
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);
    private static readonly Failure TooManyListeners = Failure.RateLimited("too many follow the log already", 30);

    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/admin/logs/tail");
        Policies(InstancePolicy.Operator);
        Summary("Follow the server's log (server-sent events)", 400, 403, 429);
        Options(route => route.WorksWithoutDatabase());
        Options(route => route.MayLast());
    }

    /// <inheritdoc/>
    public override async Task HandleAsync(SearchLogs.Query req, CancellationToken ct)
    {
        var conditions = LogConditions.Read(req, clock);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct, lifetime.ApplicationStopping);
        end.CancelAfter(Longest);
        var lines = log.Store.Follow(end.Token) ?? throw TooManyListeners.AsException();
        try
        {
            await BeginAsync(HttpContext.Response, end.Token);
            await SendAsync(lines, conditions, end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The listener left, its time is over, or the server stops.
        }
        finally
        {
            // Whatever ends the stream gives the listener's place back.
            await end.CancelAsync();
        }
    }

    private static async Task BeginAsync(HttpResponse response, CancellationToken ct)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        // Proxies that buffer would hold the events back.
        response.Headers["X-Accel-Buffering"] = "no";
        await response.WriteAsync(": following\n\n", ct);
        await response.Body.FlushAsync(ct);
    }

    private async Task SendAsync(IAsyncEnumerable<byte[]> lines, LogQuery conditions, CancellationToken ct)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        await using var events = lines.GetAsyncEnumerator(over.Token);
        var next = events.MoveNextAsync().AsTask();
        try
        {
            while (await NextAsync(next, ct))
            {
                await SendAsync(events.Current, conditions, ct);
                next = events.MoveNextAsync().AsTask();
                if (!next.IsCompleted)
                    await HttpContext.Response.Body.FlushAsync(ct);
            }
        }
        finally
        {
            // What still waits for a line cannot be disposed.
            await over.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// Waits for a line and says from time to time that the stream is alive; false: there is none to come.
    /// </summary>
    private async Task<bool> NextAsync(Task<bool> next, CancellationToken ct)
    {
        while (true)
        {
            using var pause = CancellationTokenSource.CreateLinkedTokenSource(ct);
            if (await Task.WhenAny(next, Task.Delay(Heartbeat, pause.Token)) == next)
            {
                await pause.CancelAsync();
                return await next;
            }
            ct.ThrowIfCancellationRequested();
            await HttpContext.Response.WriteAsync(": alive\n\n", ct);
            await HttpContext.Response.Body.FlushAsync(ct);
        }
    }

    private async Task SendAsync(byte[] line, LogQuery conditions, CancellationToken ct)
    {
        using var entry = JsonDocument.Parse(line);
        if (!conditions.Matches(entry.RootElement))
            return;
        var response = HttpContext.Response;
        await response.Body.WriteAsync("data: "u8.ToArray(), ct);
        // The line brings its own line break; a second one ends the event.
        await response.Body.WriteAsync(line, ct);
        await response.Body.WriteAsync("\n"u8.ToArray(), ct);
    }
}
