using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Chatalot.Shared.Http.Sendfile;

/// <summary>
/// What a connection sends: everything through the web server's transport, but parts of files from the kernel's file
/// cache to the socket by sendfile(2), without a copy in this process. For such a part the web server is told that as
/// many bytes were written, so its lengths, time limits and connections that are used again stay right.
/// </summary>
internal sealed class SendfileOutput : PipeWriter, IDuplexPipe
{
    /// <summary>Headers are taken in microseconds; who still owes the previous answer gets this one copied.</summary>
    private const int LongestWait = 40;

    private const int Turns = 8;

    /// <summary>Nothing is ever written here: the bytes are those of the file.</summary>
    private static readonly byte[] NoBytes = new byte[1];

    private readonly IDuplexPipe transport;
    private readonly PipeWriter output;
    private readonly Socket socket;
    private FilePart? part;
    private long given;

    private SendfileOutput(IDuplexPipe transport, Socket socket)
    {
        this.transport = transport;
        this.socket = socket;
        output = transport.Output;
    }

    public PipeReader Input => transport.Input;

    public PipeWriter Output => this;

    /// <summary>Bytes of files that went without a copy.</summary>
    public long FileBytes { get; private set; }

    public override bool CanGetUnflushedBytes => output.CanGetUnflushedBytes;

    public override long UnflushedBytes => output.UnflushedBytes;

    /// <summary>Stands between the connection and the web server, if the connection can do it.</summary>
    public static void Attach(ConnectionContext connection)
    {
        if (
            connection.Features.Get<IConnectionSocketFeature>()?.Socket is not { } socket
            || !SentBytes.AreKnown(socket)
        )
            return;
        var output = new SendfileOutput(connection.Transport, socket);
        connection.Transport = output;
        connection.Features.Set(output);
    }

    /// <summary>
    /// Whether the kernel has everything that was written so far. Only then may anything go past the transport.
    /// </summary>
    public async ValueTask<bool> IsDrainedAsync(CancellationToken ct)
    {
        for (var turn = 0; turn < LongestWait; turn++)
        {
            if (SentBytes.Of(socket) is not { } sent)
                return false;
            if (sent == given)
                return true;
            if (turn < Turns)
                await Task.Yield();
            else
                await Task.Delay(1, ct);
        }
        return false;
    }

    /// <summary>Until <see cref="EndPart"/> what is advanced and flushed stands for these bytes of the file.</summary>
    public void BeginPart(FilePart next) => part = next;

    /// <summary>From now on bytes are bytes again.</summary>
    public void EndPart() => part = null;

    public override Memory<byte> GetMemory(int sizeHint = 0) => part is null ? output.GetMemory(sizeHint) : NoBytes;

    public override Span<byte> GetSpan(int sizeHint = 0) => part is null ? output.GetSpan(sizeHint) : NoBytes;

    public override void Advance(int bytes)
    {
        if (part is not null)
            return;
        given += bytes;
        output.Advance(bytes);
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
        part is null ? output.FlushAsync(cancellationToken) : SendAsync(part);

    public override void CancelPendingFlush() => output.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => output.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => output.CompleteAsync(exception);

    /// <summary>A connection that breaks ends the wait: whoever ends it closes the socket.</summary>
    private async ValueTask<FlushResult> SendAsync(FilePart sending)
    {
        var isSent = await sending.SendAsync(socket);
        if (isSent)
        {
            given += sending.Length;
            FileBytes += sending.Length;
        }
        return new FlushResult(isCanceled: false, isCompleted: !isSent);
    }
}
