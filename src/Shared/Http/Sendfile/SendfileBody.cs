using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Chatalot.Shared.Http.Sendfile;

/// <summary>
/// The web server's response body, except that larger files go to plain TCP connections by sendfile(2). The framework's
/// own way of sending a file copies it twice in this process.
/// </summary>
internal sealed class SendfileBody(HttpContext context, IHttpResponseBodyFeature body, SendfileOutput output)
    : IHttpResponseBodyFeature
{
    /// <summary>Below that a copy costs less than looking whether the socket is free.</summary>
    private const int Least = 32 * 1024;

    /// <summary>How much is handed to the kernel at a time.</summary>
    private const int Piece = 1024 * 1024;

    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(1);

    public Stream Stream => body.Stream;

    public PipeWriter Writer => body.Writer;

    public Task StartAsync(CancellationToken cancellationToken = default) => body.StartAsync(cancellationToken);

    public Task CompleteAsync() => body.CompleteAsync();

    public void DisableBuffering() => body.DisableBuffering();

    public async Task SendFileAsync(
        string path,
        long offset,
        long? count,
        CancellationToken cancellationToken = default
    )
    {
        if (count is not >= Least || !HttpMethods.IsGet(context.Request.Method))
        {
            await body.SendFileAsync(path, offset, count, cancellationToken);
            return;
        }
        await using var file = new FileStream(
            path,
            new FileStreamOptions
            {
                Share = FileShare.ReadWrite | FileShare.Delete,
                BufferSize = 0,
                Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
            }
        );
        if (offset + count <= file.Length && await IsReadyAsync(cancellationToken))
            await SendAsync(file, offset, count.Value, cancellationToken);
        else
            await body.SendFileAsync(path, offset, count, cancellationToken);
    }

    /// <summary>The headers have gone, and announced a length: between chunks nothing else may be written.</summary>
    private async Task<bool> IsReadyAsync(CancellationToken ct)
    {
        await body.StartAsync(ct);
        if (context.Response.ContentLength is null)
            return false;
        await body.Writer.FlushAsync(ct);
        return await output.IsDrainedAsync(ct);
    }

    private async Task SendAsync(FileStream file, long offset, long count, CancellationToken ct)
    {
        using var part = new FilePart(file);
        output.BeginPart(part);
        try
        {
            for (var end = offset + count; offset < end; offset += part.Length)
            {
                if (file.Length < end)
                    throw new IOException("The file became shorter while it was sent.");
                part.From = offset;
                part.Length = (int)Math.Min(Piece, end - offset);
                body.Writer.GetMemory();
                body.Writer.Advance(part.Length);
                if ((await body.Writer.FlushAsync(ct)).IsCompleted)
                    await EndAsync(ct);
            }
        }
        finally
        {
            output.EndPart();
        }
    }

    /// <summary>The connection broke. Whoever waits for the answer learns it by the request's own token.</summary>
    private async Task EndAsync(CancellationToken ct)
    {
        context.Abort();
        await Task.Delay(LongestEnd, ct);
        throw new ConnectionAbortedException();
    }
}
