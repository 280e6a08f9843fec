using System.Net;
using System.Text.Json;
using System.Threading.Channels;

namespace Chatalot.Integration.Tests.Alerts;

/// <summary>A receiver of webhooks that can be told to refuse.</summary>
internal sealed class Receiver : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly Channel<JsonElement> received = Channel.CreateUnbounded<JsonElement>();
    private int refusals;

    public Receiver()
    {
        var port = Random.Shared.Next(21_000, 29_000);
        Address = new Uri($"http://127.0.0.1:{port}/hook/secret-path");
        listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        listener.Start();
        _ = ListenAsync();
    }

    public Uri Address { get; }

    /// <summary>The next posts are answered with 500.</summary>
    public void Refuse(int count) => refusals = count;

    /// <summary>The next alert that was taken.</summary>
    public async Task<JsonElement> NextAsync() =>
        await received.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    public void Dispose() => listener.Close();

    private async Task ListenAsync()
    {
        try
        {
            while (true)
            {
                var context = await listener.GetContextAsync();
                using var body = await JsonDocument.ParseAsync(context.Request.InputStream);
                if (Interlocked.Decrement(ref refusals) >= 0)
                    context.Response.StatusCode = 500;
                else
                    received.Writer.TryWrite(body.RootElement.Clone());
                context.Response.Close();
            }
        }
        catch (Exception end) when (end is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
