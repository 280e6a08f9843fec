using System.Net.Http.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Chatalot.Features.Alerts;

/// <summary>
/// Posts alerts to <c>ALERT_WEBHOOK_URL</c>, one after the other, each up to five times with growing waits: what is
/// wrong with the server is often wrong with the network too. While the receiver is away the newest alerts wait.
/// </summary>
internal sealed partial class AlertWebhook(AlertOptions options, TimeProvider clock, ILogger<AlertWebhook> logger)
    : BackgroundService
{
    private const int MostWaiting = 100;
    private const int MostAttempts = 5;
    private static readonly TimeSpan AttemptLimit = TimeSpan.FromSeconds(10);

    private readonly Channel<Alert> waiting = Channel.CreateBounded<Alert>(
        new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true }
    );

    /// <summary>Queues an alert; does nothing where no webhook is set.</summary>
    public void Post(string @event, string severity, string text)
    {
        if (options.Webhook is not null)
            waiting.Writer.TryWrite(new Alert(@event, severity, text, options.Instance, clock.GetUtcNow()));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Webhook is not { } address)
            return;
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false })
        {
            Timeout = AttemptLimit,
        };
        try
        {
            await foreach (var alert in waiting.Reader.ReadAllAsync(stoppingToken))
                await DeliverAsync(client, address, alert, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops; what waits is told by its log.
        }
    }

    private async Task DeliverAsync(HttpClient client, Uri address, Alert alert, CancellationToken ct)
    {
        var wait = options.FirstRetryWait;
        for (var attempt = 1; ; attempt++)
        {
            if (await TryPostAsync(client, address, alert, ct) is not { } reason)
                return;
            if (attempt == MostAttempts)
            {
                LogNotDelivered(alert.Event, attempt, reason);
                return;
            }
            await Task.Delay(wait, clock, ct);
            wait *= 2;
        }
    }

    /// <summary>Null when the receiver took it, else why not; never the address, whose path is a secret.</summary>
    private static async Task<string?> TryPostAsync(HttpClient client, Uri address, Alert alert, CancellationToken ct)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, address);
            request.Content = JsonContent.Create(alert, AlertJson.Default.Alert);
            // The status is enough: whatever else the receiver has to say is not read.
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
            return answer.IsSuccessStatusCode ? null : $"status {(int)answer.StatusCode}";
        }
        catch (HttpRequestException reason)
        {
            return reason.HttpRequestError.ToString();
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return "no answer in time";
        }
    }

    [LoggerMessage(
        EventName = "AlertNotDelivered",
        Level = LogLevel.Error,
        Message = "The alert {Event} could not be delivered in {Attempts} attempts: {Reason}"
    )]
    private partial void LogNotDelivered(string @event, int attempts, string reason);
}
