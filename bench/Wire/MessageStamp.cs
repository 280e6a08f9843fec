using System.Buffers.Binary;

namespace Chatalot.Bench.Wire;

/// <summary>
/// What every benchmark message says about itself in its first <see cref="TextLength"/> characters: when it was sent
/// (microseconds of <see cref="Clock"/>), by which sender of its room, and the how-many-eth of that sender it is.
/// Each half byte is one letter between 'd' (100) and 's' (115): printable text for the server, and always three digits
/// and a comma on the wire, so that it is written and read in place.
/// </summary>
internal readonly record struct MessageStamp(long SentAt, int Sender, uint Sequence)
{
    private const int TimeLetters = 10;
    private const int SenderLetters = 4;
    private const int SequenceLetters = 8;
    private const int WidthOnWire = 4;
    private const byte FirstLetter = (byte)'d';

    public const int TextLength = TimeLetters + SenderLetters + SequenceLetters;

    /// <summary>Characters of the stamp inside a JSON byte array.</summary>
    public const int WireLength = TextLength * WidthOnWire;

    private static ReadOnlySpan<byte> ArrayStart => "\"ciphertext\":["u8;

    /// <summary>
    /// Where the stamp begins in a frame, or -1. Try the last answer first: frames of one kind look alike.
    /// </summary>
    public static int Locate(ReadOnlySpan<byte> json, int guess)
    {
        if (guess >= ArrayStart.Length && json.Length >= guess && json[..guess].EndsWith(ArrayStart))
            return guess;
        var at = json.IndexOf(ArrayStart);
        return at < 0 || json.Length < at + ArrayStart.Length + WireLength ? -1 : at + ArrayStart.Length;
    }

    public void Write(Span<byte> wire)
    {
        WriteLetters(wire, SentAt, TimeLetters);
        WriteLetters(wire[(TimeLetters * WidthOnWire)..], Sender, SenderLetters);
        WriteLetters(wire[((TimeLetters + SenderLetters) * WidthOnWire)..], Sequence, SequenceLetters);
    }

    public static MessageStamp Read(ReadOnlySpan<byte> wire) =>
        new(
            ReadLetters(wire, TimeLetters),
            (int)ReadLetters(wire[(TimeLetters * WidthOnWire)..], SenderLetters),
            (uint)ReadLetters(wire[((TimeLetters + SenderLetters) * WidthOnWire)..], SequenceLetters)
        );

    private static void WriteLetters(Span<byte> wire, long value, int letters)
    {
        for (var i = letters - 1; i >= 0; i--, value >>= 4)
        {
            var nibble = (uint)value & 0xF;
            var tens = nibble / 10;
            var digits = '1' | (('0' + tens) << 8) | (('0' + nibble - tens * 10) << 16) | ((uint)',' << 24);
            BinaryPrimitives.WriteUInt32LittleEndian(wire[(i * WidthOnWire)..], digits);
        }
    }

    private static long ReadLetters(ReadOnlySpan<byte> wire, int letters)
    {
        long value = 0;
        for (var i = 0; i < letters; i++)
        {
            var digits = BinaryPrimitives.ReadUInt32LittleEndian(wire[(i * WidthOnWire)..]);
            value = (value << 4) | ((((digits >> 8) & 0xF) * 10 + ((digits >> 16) & 0xF)) & 0xF);
        }
        return value;
    }

    /// <summary>The stamp of a message's text as history gives it.</summary>
    public static MessageStamp FromText(ReadOnlySpan<byte> text) =>
        new(
            FromLetters(text[..TimeLetters]),
            (int)FromLetters(text.Slice(TimeLetters, SenderLetters)),
            (uint)FromLetters(text.Slice(TimeLetters + SenderLetters, SequenceLetters))
        );

    private static long FromLetters(ReadOnlySpan<byte> letters)
    {
        long value = 0;
        foreach (var letter in letters)
            value = (value << 4) | (long)((letter - FirstLetter) & 0xF);
        return value;
    }
}
