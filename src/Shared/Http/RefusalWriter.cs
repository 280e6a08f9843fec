using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Chatalot.Shared.Errors;

namespace Chatalot.Shared.Http;

/// <summary>
/// What a connection sends, handed on as it is, until <see cref="AddBody"/>: the next answer is then held back, and
/// gets the body if it is an error without one.
/// </summary>
internal sealed class RefusalWriter(PipeWriter connection) : PipeWriter
{
    private const string Empty = "Content-Length: 0\r\n";

    private ArrayBufferWriter<byte>? held;
    private ReadOnlyMemory<byte> body;
    private string requestId = "";

    public override bool CanGetUnflushedBytes => connection.CanGetUnflushedBytes;

    public override long UnflushedBytes => connection.UnflushedBytes + (held?.WrittenCount ?? 0);

    /// <summary>Adds this body to the answer that follows.</summary>
    public void AddBody(string requestId, ReadOnlyMemory<byte> body)
    {
        this.requestId = requestId;
        this.body = body;
        held = new ArrayBufferWriter<byte>();
    }

    public override Memory<byte> GetMemory(int sizeHint = 0) =>
        held is null ? connection.GetMemory(sizeHint) : held.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) =>
        held is null ? connection.GetSpan(sizeHint) : held.GetSpan(sizeHint);

    public override void Advance(int bytes)
    {
        if (held is null)
            connection.Advance(bytes);
        else
            held.Advance(bytes);
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        Release();
        return connection.FlushAsync(cancellationToken);
    }

    public override ValueTask<FlushResult> WriteAsync(
        ReadOnlyMemory<byte> source,
        CancellationToken cancellationToken = default
    )
    {
        if (held is null)
            return connection.WriteAsync(source, cancellationToken);
        held.Write(source.Span);
        return FlushAsync(cancellationToken);
    }

    public override void CancelPendingFlush() => connection.CancelPendingFlush();

    public override void Complete(Exception? exception = null)
    {
        Release();
        connection.Complete(exception);
    }

    public override ValueTask CompleteAsync(Exception? exception = null)
    {
        Release();
        return connection.CompleteAsync(exception);
    }

    /// <summary>Hands over what was held back.</summary>
    private void Release()
    {
        if (held is not { } answer)
            return;
        held = null;
        var head = Encoding.Latin1.GetString(answer.WrittenSpan);
        var isBare =
            head.StartsWith("HTTP/1.1 ", StringComparison.Ordinal)
            && head.Contains("\r\n" + Empty, StringComparison.Ordinal)
            && head.EndsWith("\r\n\r\n", StringComparison.Ordinal);
        if (!isBare)
        {
            connection.Write(answer.WrittenSpan);
            return;
        }
        var fields =
            $"Content-Length: {body.Length}\r\nContent-Type: {ErrorBody.MediaType}\r\n"
            + $"Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n{RequestId.HeaderName}: {requestId}\r\n";
        connection.Write(Encoding.Latin1.GetBytes(head.Replace(Empty, fields, StringComparison.Ordinal)));
        connection.Write(body.Span);
    }
}
