using Microsoft.AspNetCore.Http.Features;

namespace Chatalot.Shared.Realtime;

/// <summary>
/// Puts a stream of ours between the framework's WebSocket and the connection: reading goes straight through, while
/// everything that the framework writes by itself (pongs, pings, close frames) joins the connection's queue. So the
/// framework parses, unmasks and checks what comes in, and one writer alone decides what goes out, many frames in one
/// write.
/// </summary>
internal sealed class QueueingUpgrade(IHttpUpgradeFeature framework) : IHttpUpgradeFeature
{
    public bool IsUpgradableRequest => framework.IsUpgradableRequest;

    public QueueingStream? Stream { get; private set; }

    public async Task<Stream> UpgradeAsync() => Stream = new QueueingStream(await framework.UpgradeAsync());
}

/// <summary>See <see cref="QueueingUpgrade"/>.</summary>
internal sealed class QueueingStream(Stream transport) : Stream
{
    private const int SecondByte = 1;
    private const int MaskBit = 0x80;

    private int bytesSeen;

    /// <summary>The connection itself, for its writer.</summary>
    public Stream Transport => transport;

    /// <summary>Where a frame goes that the framework wrote: always one whole frame a call.</summary>
    public Action<ReadOnlyMemory<byte>>? FrameWritten { get; set; }

    /// <summary>
    /// Called when the client's first frame carries no mask; nothing more is read then. The framework would wait for
    /// the bytes of a mask, in vain when the frame is short.
    /// </summary>
    public Action? FrameWithoutMask { get; set; }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        bytesSeen > SecondByte
            ? transport.ReadAsync(buffer, cancellationToken)
            : ReadStartAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        FrameWritten?.Invoke(buffer);
        return ValueTask.CompletedTask;
    }

    private async ValueTask<int> ReadStartAsync(Memory<byte> buffer, CancellationToken ct)
    {
        var count = await transport.ReadAsync(buffer, ct);
        var position = SecondByte - bytesSeen;
        bytesSeen += count;
        if (position >= count || (buffer.Span[position] & MaskBit) != 0)
            return count;
        FrameWithoutMask?.Invoke();
        return 0;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush() { }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            transport.Dispose();
        base.Dispose(disposing);
    }
}
