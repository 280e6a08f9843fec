using System.Buffers.Binary;

namespace Chatalot.Shared.Media;

/// <summary>
/// GIF: a screen and a row of blocks (GIF89a specification). Kept are pictures, their control and text blocks, and the
/// extensions that loop an animation or name its colours; comments and all other extensions go.
/// </summary>
internal static class GifContainer
{
    private const int Extension = 0x21;
    private const int Picture = 0x2C;
    private const int Trailer = 0x3B;

    public static void Copy(ByteSource source, Stream target, ImageBounds bounds)
    {
        Span<byte> screen = stackalloc byte[13];
        source.Read(screen);
        if (!screen.StartsWith("GIF87a"u8) && !screen.StartsWith("GIF89a"u8))
            throw MalformedImageException.Broken;
        bounds.Check(
            BinaryPrimitives.ReadUInt16LittleEndian(screen[6..]),
            BinaryPrimitives.ReadUInt16LittleEndian(screen[8..])
        );
        target.Write(screen);
        source.Copy(ColourBytes(screen[10]), target);

        var pictures = 0;
        while (true)
        {
            switch (source.ReadByte())
            {
                case Picture:
                    CopyPicture(source, target, bounds);
                    pictures++;
                    break;
                case Extension:
                    CopyExtension(source, target);
                    break;
                case Trailer:
                case -1 when pictures > 0: // a lost end is put back
                    target.WriteByte(Trailer);
                    return;
                default:
                    throw MalformedImageException.Broken;
            }
        }
    }

    private static void CopyPicture(ByteSource source, Stream target, ImageBounds bounds)
    {
        Span<byte> descriptor = stackalloc byte[9];
        source.Read(descriptor);
        bounds.Check(
            BinaryPrimitives.ReadUInt16LittleEndian(descriptor[4..]),
            BinaryPrimitives.ReadUInt16LittleEndian(descriptor[6..])
        );
        target.WriteByte(Picture);
        target.Write(descriptor);
        source.Copy(ColourBytes(descriptor[8]), target);
        source.Copy(1, target); // code size
        CopySubBlocks(source, target);
    }

    private static void CopyExtension(ByteSource source, Stream target)
    {
        var label = source.ReadByte();
        if (label is 0xF9 or 0x01)
        {
            target.Write([Extension, (byte)label]);
            CopySubBlocks(source, target);
            return;
        }
        if (label != 0xFF)
        {
            CopySubBlocks(source, target: null);
            return;
        }
        var length = source.ReadByte();
        if (length < 0)
            throw MalformedImageException.Truncated;
        Span<byte> name = stackalloc byte[length];
        source.Read(name);
        var isNeeded =
            name.SequenceEqual("NETSCAPE2.0"u8)
            || name.SequenceEqual("ANIMEXTS1.0"u8)
            || name.SequenceEqual("ICCRGBG1012"u8);
        if (isNeeded)
        {
            target.Write([Extension, 0xFF, (byte)length]);
            target.Write(name);
        }
        CopySubBlocks(source, isNeeded ? target : null);
    }

    private static void CopySubBlocks(ByteSource source, Stream? target)
    {
        while (true)
        {
            var length = source.ReadByte();
            if (length < 0)
                throw MalformedImageException.Truncated;
            target?.WriteByte((byte)length);
            if (length == 0)
                return;
            source.Copy(length, target);
        }
    }

    private static int ColourBytes(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);
}
