using System.Diagnostics;
using System.Globalization;

namespace Chatalot.Bench.Floor;

/// <summary>
/// The bare server in a process of its own, so that CPU and memory are its own. Ends with this object.
/// </summary>
internal sealed class BareServerProcess : IDisposable
{
    private readonly Process _process;

    private BareServerProcess(Process process, int port)
    {
        _process = process;
        Address = new Uri($"http://127.0.0.1:{port}");
    }

    public Uri Address { get; }

    public int Pid => _process.Id;

    /// <exception cref="IOException">It did not start.</exception>
    public static async Task<BareServerProcess> StartAsync(CancellationToken ct)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "chatalot-bench"), ["floor-server"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start) ?? throw new IOException("the bare server did not start");
        var line = await process.StandardOutput.ReadLineAsync(ct);
        if (int.TryParse(line, CultureInfo.InvariantCulture, out var port))
            return new BareServerProcess(process, port);
        process.Kill();
        throw new IOException($"the bare server did not start: {line}");
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
