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
    /// <exception cref="JsonException">
    /// Not an array, an element that is not an integer 0 to 255, or too many of them.
    /// </exception>
    internal static byte[] Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new JsonException();
        return TryReadCompact(ref reader, out var compact) ? compact : ReadTokens(ref reader);
    }

    /// <summary>
    /// The form that every known client sends, without white space, straight from the text. Anything else, right or
    /// wrong, is left to <see cref="ReadTokens"/>.
    /// </summary>
    private static bool TryReadCompact(ref Utf8JsonReader reader, out byte[] bytes)
    {
        bytes = [];
        if (reader.HasValueSequence || !WholeText.Current.Overlaps(reader.ValueSpan, out var start))
            return false;
        var rest = WholeText.Current[(start + 1)..];
        var end = rest.IndexOf((byte)']');
        if (end < 1)
            return false;
        var numbers = rest[..end];
        var count = numbers.Count((byte)',') + 1;
        // At least one digit each: bounds what is allocated before the digits are looked at.
        if (count > MaxBytes || count > (end + 1) / 2)
            return false;
        bytes = new byte[count];
        if (!TryParseCompact(numbers, bytes, out var last))
            return false;
        // The reader goes on as if the array had only its last number; the framework finds it at the closing bracket.
        reader = new Utf8JsonReader(rest[last..], isFinalBlock: true, reader.CurrentState);
        reader.Read();
        return reader.Read();
    }

    private static bool TryParseCompact(ReadOnlySpan<byte> numbers, Span<byte> bytes, out int last)
    {
        last = 0;
        var next = 0;
        var value = 0;
        for (var i = 0; i < numbers.Length; i++)
        {
            var digit = numbers[i] - '0';
            if ((uint)digit <= 9)
            {
                // A second digit after zero is not JSON.
                if (value == 0 && i > last)
                    return false;
                value = (value * 10) + digit;
                if (value > byte.MaxValue)
                    return false;
            }
            else if (numbers[i] == ',' && i > last)
            {
                bytes[next++] = (byte)value;
                value = 0;
                last = i + 1;
            }
            else
            {
                return false;
            }
        }
        bytes[next] = (byte)value;
        return last < numbers.Length;
    }

    private static byte[] ReadTokens(ref Utf8JsonReader reader)
    {
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
