using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Chatalot.Shared.Json;

/// <summary>
/// Points in time, RFC 3339. Written in UTC with one fixed width, <c>2031-04-05T06:07:08.123456+00:00</c>, because
/// clients compare them as text; read with any offset or <c>Z</c> and any number of fractional digits, of which seven
/// count. A value read is always in UTC.
/// </summary>
public sealed class TimestampConverter : JsonConverter<DateTimeOffset>
{
    private const int LongestText = 64;

    /// <inheritdoc/>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
            throw new JsonException();
        if (!reader.HasValueSequence && !reader.ValueIsEscaped)
            return TryParse(reader.ValueSpan, out var time) ? time : throw new JsonException();

        var length = reader.HasValueSequence ? reader.ValueSequence.Length : reader.ValueSpan.Length;
        Span<byte> text = stackalloc byte[LongestText * 6];
        if (length > text.Length || !TryParse(text[..reader.CopyString(text)], out var copied))
            throw new JsonException();
        return copied;
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        // "O" is the runtime's fastest format: seven fractional digits, of which the last makes room for the offset.
        Span<byte> text = stackalloc byte[35];
        text[0] = (byte)'"';
        value.UtcDateTime.TryFormat(text[1..], out _, "O", CultureInfo.InvariantCulture);
        "+00:00\""u8.CopyTo(text[27..]);
        writer.WriteRawValue(text[..34], skipInputValidation: true);
    }

    private static bool TryParse(ReadOnlySpan<byte> text, out DateTimeOffset time)
    {
        time = default;
        if (
            text.Length is < 20 or > LongestText
            || !TryDigits(text[..4], out var year)
            || text[4] != '-'
            || !TryDigits(text[5..7], out var month)
            || text[7] != '-'
            || !TryDigits(text[8..10], out var day)
            || text[10] is not ((byte)'T' or (byte)'t' or (byte)' ')
            || !TryDigits(text[11..13], out var hour)
            || text[13] != ':'
            || !TryDigits(text[14..16], out var minute)
            || text[16] != ':'
            || !TryDigits(text[17..19], out var second)
        )
            return false;
        // A leap second is 60.
        if (year < 1 || month is < 1 or > 12 || hour > 23 || minute > 59 || second > 60)
            return false;
        if (day < 1 || day > DateTime.DaysInMonth(year, month))
            return false;

        var rest = text[19..];
        if (!TryFraction(ref rest, out var fraction) || !TryOffset(rest, out var offsetMinutes))
            return false;
        var ticks =
            new DateTime(year, month, day).Ticks
            + (((hour * 60L) + minute - offsetMinutes) * TimeSpan.TicksPerMinute)
            + (second * TimeSpan.TicksPerSecond)
            + fraction;
        if (ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks)
            return false;
        time = new DateTimeOffset(ticks, TimeSpan.Zero);
        return true;
    }

    private static bool TryFraction(ref ReadOnlySpan<byte> rest, out int ticks)
    {
        ticks = 0;
        if (rest[0] != '.')
            return true;
        var digits = rest[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (digits < 1)
            return false;
        for (var i = 1; i <= 7; i++)
            ticks = (ticks * 10) + (i <= digits ? rest[i] - '0' : 0);
        rest = rest[(digits + 1)..];
        return true;
    }

    private static bool TryOffset(ReadOnlySpan<byte> rest, out int minutes)
    {
        minutes = 0;
        if (rest is [(byte)'Z' or (byte)'z'])
            return true;
        if (rest is not [(byte)'+' or (byte)'-', _, _, (byte)':', _, _])
            return false;
        if (!TryDigits(rest[1..3], out var hour) || !TryDigits(rest[4..6], out var minute) || hour > 23 || minute > 59)
            return false;
        minutes = (hour * 60) + minute;
        if (rest[0] == '-')
            minutes = -minutes;
        return true;
    }

    private static bool TryDigits(ReadOnlySpan<byte> text, out int number)
    {
        number = 0;
        foreach (var digit in text)
        {
            if (!char.IsAsciiDigit((char)digit))
                return false;
            number = (number * 10) + digit - '0';
        }
        return true;
    }
}
