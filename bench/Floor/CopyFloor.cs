using System.Diagnostics;
using Chatalot.Bench.Load;

namespace Chatalot.Bench.Floor;

/// <summary>
/// What the machine's own programs need to copy a file and to hash the copy: what an upload cannot do without.
/// </summary>
internal static class CopyFloor
{
    private const double Mb = 1_000_000;
    private const int Repeats = 3;

    /// <summary>Megabytes a second of <c>cp</c> and then <c>sha256sum</c>, the median of three.</summary>
    /// <param name="folder">On the file system that the server stores files on.</param>
    /// <param name="bytes">Size of the file.</param>
    /// <param name="ct">Stops it.</param>
    public static async Task<double> MeasureAsync(string folder, long bytes, CancellationToken ct)
    {
        var source = Path.Combine(folder, $"bench-{Guid.NewGuid():n}");
        var copy = source + "-copy";
        try
        {
            await using (var file = File.Create(source))
                foreach (var piece in new UploadedFile(bytes).Pieces())
                    await file.WriteAsync(piece, ct);
            var seconds = new List<double>();
            for (var i = 0; i < Repeats; i++)
            {
                var watch = Stopwatch.StartNew();
                await RunAsync("cp", [source, copy], ct);
                await RunAsync("sha256sum", [copy], ct);
                seconds.Add(watch.Elapsed.TotalSeconds);
            }
            seconds.Sort();
            return bytes / Mb / seconds[Repeats / 2];
        }
        finally
        {
            File.Delete(source);
            File.Delete(copy);
        }
    }

    private static async Task RunAsync(string program, string[] arguments, CancellationToken ct)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        await process.StandardOutput.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}");
    }
}
