using System.Buffers.Binary;

namespace Chatalot.Shared.Media;

/// <summary>Reads a file format piece by piece through one buffer, however long the file is.</summary>
internal sealed class ByteSource(Stream stream)
{
    private readonly byte[] buffer = new byte[64 * 1024];
    private int start;
    private int end;

    /// <summary>The next byte, or -1 at the end.</summary>
    public int ReadByte() => start < end || Fill() ? buffer[start++] : -1;

    /// <summary>Fills the target, or says that the file ends before it is full.</summary>
    public bool TryRead(Span<byte> target)
    {
        while (target.Length > 0)
        {
            if (start == end && !Fill())
                return false;
            var count = Math.Min(target.Length, end - start);
            buffer.AsSpan(start, count).CopyTo(target);
            start += count;
            target = target[count..];
        }
        return true;
    }

    /// <summary>Fills the target.</summary>
    /// <exception cref="MalformedImageException">The file ends before.</exception>
    public void Read(Span<byte> target)
    {
        if (!TryRead(target))
            throw MalformedImageException.Truncated;
    }

    /// <summary>A big-endian 16-bit number.</summary>
    public int ReadUInt16()
    {
        Span<byte> bytes = stackalloc byte[2];
        Read(bytes);
        return BinaryPrimitives.ReadUInt16BigEndian(bytes);
    }

    /// <summary>Copies this many bytes, or drops them when there is no target.</summary>
    /// <exception cref="MalformedImageException">The file ends before.</exception>
    public void Copy(long count, Stream? target)
    {
        while (count > 0)
        {
            if (start == end && !Fill())
                throw MalformedImageException.Truncated;
            var piece = (int)Math.Min(count, end - start);
            target?.Write(buffer, start, piece);
            start += piece;
            count -= piece;
        }
    }

    /// <summary>Copies up to the next such byte, which is taken but not copied; false at the end of the file.</summary>
    public bool CopyUntil(byte mark, Stream target)
    {
        while (start < end || Fill())
        {
            var piece = buffer.AsSpan(start, end - start);
            var at = piece.IndexOf(mark);
            target.Write(at < 0 ? piece : piece[..at]);
            start += at < 0 ? piece.Length : at + 1;
            if (at >= 0)
                return true;
        }
        return false;
    }

    private bool Fill()
    {
        start = 0;
        end = stream.Read(buffer);
        return end > 0;
    }
}
