using System.Buffers;
using Chatalot.Shared.Realtime;

namespace Chatalot.Features.Frames;

/// <summary>Turns server frames into bytes that go over the wire.</summary>
public static class Wire
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? scratch;

    /// <summary>The frame as one ready-made message, the same bytes for every recipient.</summary>
    public static OutgoingFrame Of<TFrame>(TFrame frame)
        where TFrame : class, IServerFrame => OutgoingFrame.Text(Utf8(frame));

    /// <summary>The frame as JSON; valid until the next call on this thread.</summary>
    public static ReadOnlySpan<byte> Utf8<TFrame>(TFrame frame)
        where TFrame : class, IServerFrame
    {
        var buffer = scratch ??= new ArrayBufferWriter<byte>(4096);
        buffer.ResetWrittenCount();
        FrameWriter.Write(buffer, frame);
        return buffer.WrittenSpan;
    }
}
