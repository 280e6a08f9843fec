using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;

namespace Chatalot.Shared.Json;

/// <summary>
/// Bytes as an array of numbers. Every message passes through here twice, so both ways avoid the general number
/// conversions and allocate nothing but the result.
/// </summary>
public static class ByteNumbers
{
    /// <summary>The longest byte string that is read: a longer array is refused before it takes more memory.</summary>
    public const int MaxBytes = 1024 * 1024;

    private const int OnStack = 512;

    /// <summary>Three digits and a comma.</summary>
    private const int LongestNumber = 4;

    private static readonly uint[] DigitsAndComma = CreateDigitTable();

    /// <summary>Reads the array at which the reader stands.</summary>
    /// <exception cref="JsonException">Not an array, an element that is not an integer 0 to 255, or too many of them.</exception>
    internal static byte[] Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new JsonException();

        byte[]? rented = null;
        Span<byte> bytes = stackalloc byte[OnStack];
        var count = 0;
        try
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.Number)
            {
                if (count == bytes.Length)
                    bytes = Grow(bytes, ref rented);
                bytes[count++] = ReadByte(ref reader);
            }
            if (reader.TokenType != JsonTokenType.EndArray)
                throw new JsonException();
            return bytes[..count].ToArray();
        }
        finally
        {
            if (rented is not null)
                ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Writes the bytes as an array.</summary>
    internal static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> bytes)
    {
        var longest = (bytes.Length * LongestNumber) + 2;
        byte[]? rented = null;
        Span<byte> text = longest <= OnStack * LongestNumber ? stackalloc byte[OnStack * LongestNumber] : default;
        if (text.IsEmpty)
            text = rented = ArrayPool<byte>.Shared.Rent(longest);
        try
        {
            writer.WriteRawValue(text[..Format(bytes, text)], skipInputValidation: true);
        }
        finally
        {
            if (rented is not null)
                ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static int Format(ReadOnlySpan<byte> bytes, Span<byte> text)
    {
        text[0] = (byte)'[';
        var end = 1;
        foreach (var value in bytes)
        {
            // Always four bytes at once; what is too much is overwritten by the next.
            BinaryPrimitives.WriteUInt32LittleEndian(text[end..], DigitsAndComma[value]);
            end +=
                value >= 100 ? 4
                : value >= 10 ? 3
                : 2;
        }
        // The bracket replaces the last comma.
        if (bytes.Length > 0)
            end--;
        text[end] = (byte)']';
        return end + 1;
    }

    private static byte ReadByte(ref Utf8JsonReader reader)
    {
        if (reader.HasValueSequence)
            return reader.TryGetByte(out var split) ? split : throw new JsonException();

        // JSON allows no leading zeros, so a byte has one to three characters, all of them digits.
        var digits = reader.ValueSpan;
        if (digits.Length > 3)
            throw new JsonException();
        var value = 0;
        foreach (var digit in digits)
        {
            var number = digit - '0';
            if ((uint)number > 9)
                throw new JsonException();
            value = (value * 10) + number;
        }
        return value <= byte.MaxValue ? (byte)value : throw new JsonException();
    }

    private static Span<byte> Grow(Span<byte> full, ref byte[]? rented)
    {
        if (full.Length >= MaxBytes)
            throw new JsonException();
        var larger = ArrayPool<byte>.Shared.Rent(full.Length * 4);
        full.CopyTo(larger);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        rented = larger;
        return larger.AsSpan(0, Math.Min(larger.Length, MaxBytes));
    }

    private static uint[] CreateDigitTable()
    {
        var table = new uint[256];
        Span<byte> text = stackalloc byte[LongestNumber];
        for (var value = 0; value < table.Length; value++)
        {
            value.TryFormat(text, out var length);
            text[length..].Fill((byte)',');
            table[value] = BinaryPrimitives.ReadUInt32LittleEndian(text);
        }
        return table;
    }
}
