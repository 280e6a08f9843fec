using System.Globalization;

namespace Chatalot.Bench.Machine;

/// <summary>Reads from the server's metrics how many bytes it has allocated since it started.</summary>
internal sealed class AllocationCounter(Uri metrics)
{
    private const string Allocated = "dotnet_gc_heap_total_allocated_bytes_total ";

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(2) };

    /// <summary>Null when the server's metrics are not to be had.</summary>
    public double? Read()
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, metrics);
            using var response = _http.Send(request);
            using var text = new StreamReader(response.Content.ReadAsStream());
            while (text.ReadLine() is { } line)
                if (line.StartsWith(Allocated, StringComparison.Ordinal))
                    return double.Parse(line.AsSpan(Allocated.Length), CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            // A server without metrics is measured without them.
        }
        return null;
    }
}
