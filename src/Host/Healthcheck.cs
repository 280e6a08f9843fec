using System.Net;

namespace Chatalot.Host;

/// <summary>
/// What container engines run inside the container: asks the server for its health and prints the answer.
/// </summary>
internal static class Healthcheck
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <returns>
    /// 0 when the server answers 2xx; 1 otherwise, with the answer or the reason printed all the same.
    /// </returns>
    public static async Task<int> RunAsync(
        IPEndPoint listen,
        TextWriter output,
        TextWriter errors,
        CancellationToken ct
    )
    {
        using var client = new HttpClient { Timeout = Limit };
        try
        {
            using var answer = await client.GetAsync(UrlOf(listen), ct);
            await output.WriteLineAsync(await answer.Content.ReadAsStringAsync(ct));
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            await errors.WriteLineAsync($"no answer from {UrlOf(listen)}: {exception.Message}");
            return 1;
        }
    }

    /// <summary>A server that listens everywhere is asked on this machine's own address.</summary>
    internal static Uri UrlOf(IPEndPoint listen)
    {
        var address =
            listen.Address.Equals(IPAddress.Any) ? IPAddress.Loopback
            : listen.Address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback
            : listen.Address;
        return new Uri($"http://{new IPEndPoint(address, listen.Port)}/api/health");
    }
}
