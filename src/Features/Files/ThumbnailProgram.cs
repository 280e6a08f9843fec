using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Chatalot.Features.Files;

/// <summary>
/// Makes thumbnails in a process of its own, so that a picture made to hurt a decoder hurts nothing else. libvips reads
/// the picture from a pipe and writes to a pipe; the process may write to no file, and its memory and time are bounded.
/// A crash or a hang costs one thumbnail.
/// </summary>
internal sealed partial class ThumbnailProgram : IDisposable
{
    private const long MaxResultBytes = 1024 * 1024;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private static readonly string[] Folders = ["/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"];

    private readonly SemaphoreSlim turns = new(initialCount: 2);
    private readonly string? vips;
    private readonly string? limiter;

    public ThumbnailProgram(ILogger<ThumbnailProgram> log)
    {
        vips = Find("vipsthumbnail");
        limiter = Find("prlimit");
        if (!IsThere)
            LogMissing(log);
    }

    /// <summary>Without it, originals are served in place of thumbnails.</summary>
    public bool IsThere => vips is not null && limiter is not null;

    /// <summary>
    /// A JPEG of at most 300 by 300 pixels, turned upright, transparency on white, never enlarged; false when the
    /// picture cannot be read within the limits.
    /// </summary>
    public Task<bool> RunAsync(Stream picture, Stream target, CancellationToken ct) =>
        RunAsync("stdin", picture, target, ct);

    /// <summary>The same of a file: the loader of TIFF must be able to go back and forth.</summary>
    public Task<bool> RunAsync(string path, Stream target, CancellationToken ct) =>
        RunAsync(path, Stream.Null, target, ct);

    private async Task<bool> RunAsync(string input, Stream picture, Stream target, CancellationToken ct)
    {
        await turns.WaitAsync(ct);
        try
        {
            using var process = Process.Start(Command(input))!;
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
            deadline.CancelAfter(Deadline);
            try
            {
                var result = CopyResultAsync(process.StandardOutput.BaseStream, target, deadline.Token);
                await FeedAsync(picture, process, deadline.Token);
                var isWhole = await result;
                await process.WaitForExitAsync(deadline.Token);
                return isWhole && process.ExitCode == 0;
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                return false;
            }
            finally
            {
                if (!process.HasExited)
                    process.Kill(entireProcessTree: true);
            }
        }
        finally
        {
            turns.Release();
        }
    }

    public void Dispose() => turns.Dispose();

    private ProcessStartInfo Command(string input)
    {
        var start = new ProcessStartInfo(limiter!)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = "/",
        };
        foreach (
            var argument in (string[])
                [
                    "--as=1500000000",
                    "--cpu=15",
                    "--fsize=0",
                    "--core=0",
                    "--nofile=64",
                    "--",
                    vips!,
                    input,
                    "--size",
                    "300x300>",
                    "-o",
                    ".jpg[Q=80,strip,background=255]",
                ]
        )
            start.ArgumentList.Add(argument);
        // Nothing of the server's environment, which holds secrets, and only loaders that are made for strangers'
        // files.
        start.Environment.Clear();
        start.Environment["VIPS_BLOCK_UNTRUSTED"] = "1";
        // Code that is made while it runs would need a file.
        start.Environment["VIPS_NOVECTOR"] = "1";
        start.Environment["VIPS_CONCURRENCY"] = "1";
        start.Environment["MALLOC_ARENA_MAX"] = "1";
        return start;
    }

    private static async Task FeedAsync(Stream picture, Process process, CancellationToken ct)
    {
        try
        {
            await picture.CopyToAsync(process.StandardInput.BaseStream, ct);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has seen enough, or died: its exit code says which.
        }
    }

    private static async Task<bool> CopyResultAsync(Stream result, Stream target, CancellationToken ct)
    {
        var buffer = new byte[32 * 1024];
        var length = 0L;
        while (await result.ReadAsync(buffer, ct) is var count and > 0)
        {
            length += count;
            if (length <= MaxResultBytes)
                await target.WriteAsync(buffer.AsMemory(0, count), ct);
        }
        return length is > 0 and <= MaxResultBytes;
    }

    private static string? Find(string name) =>
        Folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    [LoggerMessage(
        EventName = "ThumbnailsOff",
        Level = LogLevel.Warning,
        Message = "vipsthumbnail (Debian: libvips-tools) or prlimit is missing; pictures are shown in full instead of as thumbnails"
    )]
    private static partial void LogMissing(ILogger log);
}
