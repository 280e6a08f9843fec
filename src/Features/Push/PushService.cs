using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using Chatalot.Shared.Outbound;
using Lib.Net.Http.WebPush;
using Lib.Net.Http.WebPush.Authentication;

namespace Chatalot.Features.Push;

/// <summary>What came of a request to a push service.</summary>
internal enum PushOutcome
{
    /// <summary>Taken.</summary>
    Delivered,

    /// <summary>The browser has no subscription any more.</summary>
    Gone,

    /// <summary>The service asked to be left alone for a while.</summary>
    Paused,

    /// <summary>Anything else.</summary>
    Failed,
}

/// <summary>
/// Speaks to push services (RFC 8030) with encrypted payloads (RFC 8291) as a known sender (RFC 8292). The address was
/// given by a user, so it is taken for hostile: only names on the public internet, port 443, no redirect, a few
/// seconds, and nothing of the answer but its status is read.
/// </summary>
internal sealed class PushService : IDisposable
{
    private const int MostPaused = 1_000;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan TimeToLive = TimeSpan.FromHours(4);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    private readonly PushOptions options;
    private readonly TimeProvider clock;
    private readonly PushServiceClient client;
    private readonly HttpClient http;
    private readonly ConcurrentDictionary<string, DateTimeOffset> pauses = new(StringComparer.Ordinal);

    public PushService(PushOptions options, IPublicNetwork network, TimeProvider clock)
    {
        this.options = options;
        this.clock = clock;
        http = new HttpClient(new StatusOnly(PublicHandler.Create(network))) { Timeout = Limit };
        client = new PushServiceClient(http) { AutoRetryAfter = false };
    }

    /// <summary>Sends one message.</summary>
    /// <param name="target">The browser.</param>
    /// <param name="payload">At most 3 kB of text.</param>
    /// <param name="topic">
    /// A later message of the same topic takes the place of one that still waits; 32 characters of base64url.
    /// </param>
    /// <param name="ct">Ends the request.</param>
    /// <returns>The outcome, and why it failed without anything secret.</returns>
    public async Task<(PushOutcome Outcome, string Reason)> SendAsync(
        PushTarget target,
        string payload,
        string topic,
        CancellationToken ct
    )
    {
        if (!PushEndpoint.IsAllowed(target.Endpoint))
            return (PushOutcome.Failed, "address not allowed");
        var host = new Uri(target.Endpoint).Host;
        if (IsPaused(host))
            return (PushOutcome.Paused, "");
        var subscription = new PushSubscription { Endpoint = target.Endpoint };
        subscription.SetKey(PushEncryptionKeyName.P256DH, Base64Url.EncodeToString(target.Keys.P256dh));
        subscription.SetKey(PushEncryptionKeyName.Auth, Base64Url.EncodeToString(target.Keys.Auth));
        var message = new PushMessage(payload) { Topic = topic, TimeToLive = (int)TimeToLive.TotalSeconds };
        using var sender = new VapidAuthentication(options.PublicKey, options.PrivateKey) { Subject = options.Subject };
        try
        {
            await client.RequestPushMessageDeliveryAsync(
                subscription,
                message,
                sender,
                VapidAuthenticationScheme.Vapid,
                ct
            );
            return (PushOutcome.Delivered, "");
        }
        catch (PushServiceClientException answer)
        {
            return (Judge(host, answer), $"status {(int)answer.StatusCode}");
        }
        catch (HttpRequestException problem)
        {
            return (PushOutcome.Failed, problem.HttpRequestError.ToString());
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return (PushOutcome.Failed, "no answer in time");
        }
    }

    public void Dispose() => http.Dispose();

    private PushOutcome Judge(string host, PushServiceClientException answer)
    {
        if ((int)answer.StatusCode is >= 200 and < 300)
            return PushOutcome.Delivered;
        if (answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone)
            return PushOutcome.Gone;
        if (
            answer.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable)
            || answer.Headers?.RetryAfter is not { } wait
        )
            return PushOutcome.Failed;
        Pause(host, wait);
        return PushOutcome.Paused;
    }

    private bool IsPaused(string host)
    {
        if (!pauses.TryGetValue(host, out var until))
            return false;
        if (clock.GetUtcNow() < until)
            return true;
        pauses.TryRemove(new(host, until));
        return false;
    }

    private void Pause(string host, RetryConditionHeaderValue wait)
    {
        var now = clock.GetUtcNow();
        var pause = wait.Delta ?? wait.Date - now ?? TimeSpan.Zero;
        if (pauses.Count >= MostPaused)
            pauses.Clear();
        pauses[host] = now + (pause < LongestPause ? pause : LongestPause);
    }

    /// <summary>The body of an answer is the service's to choose, so nobody reads it.</summary>
    private sealed class StatusOnly(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct)
        {
            var response = await base.SendAsync(request, ct);
            response.Content.Dispose();
            response.Content = new ByteArrayContent([]);
            return response;
        }
    }
}
