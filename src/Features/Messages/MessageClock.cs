using System.Buffers.Binary;

namespace Chatalot.Features.Messages;

/// <summary>
/// Gives every message its time and its id. Times are whole microseconds and strictly grow within the process, and the
/// id is a version 7 uuid (RFC 9562 5.7, with the sub-millisecond part in rand_a) made from that time: ordering by id
/// is ordering by time, without ties. Used by the one task that commits; not safe for parallel use.
/// </summary>
public sealed class MessageClock(TimeProvider clock)
{
    private const long MicrosecondsPerMillisecond = 1000;
    private const int FractionSteps = 4096;

    private long last;

    /// <summary>The next id and its time.</summary>
    public (Guid Id, DateTimeOffset CreatedAt) Next()
    {
        last = Math.Max(last + 1, Microseconds(clock.GetUtcNow()));
        return (
            IdAt(last, Random.Shared.NextInt64()),
            DateTimeOffset.UnixEpoch.AddTicks(last * TimeSpan.TicksPerMicrosecond)
        );
    }

    /// <summary>
    /// Makes every later id greater than this one: another process with a clock ahead of ours wrote it.
    /// </summary>
    public void AdvanceBeyond(Guid id) => last = Math.Max(last, Microseconds(TimeOf(id)));

    /// <summary>The time inside a message id; for any other uuid a meaningless one.</summary>
    public static DateTimeOffset TimeOf(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        var milliseconds = (long)(BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16);
        var fraction = BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]) & 0x0FFF;
        var microseconds = ((fraction * MicrosecondsPerMillisecond) + FractionSteps - 1) / FractionSteps;
        return DateTimeOffset.UnixEpoch.AddTicks(
            (milliseconds * TimeSpan.TicksPerMillisecond) + (microseconds * TimeSpan.TicksPerMicrosecond)
        );
    }

    private static long Microseconds(DateTimeOffset time) =>
        (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    private static Guid IdAt(long microseconds, long random)
    {
        Span<byte> bytes = stackalloc byte[16];
        var (milliseconds, rest) = Math.DivRem(microseconds, MicrosecondsPerMillisecond);
        var fraction = rest * FractionSteps / MicrosecondsPerMillisecond;
        BinaryPrimitives.WriteInt64BigEndian(bytes, (milliseconds << 16) | 0x7000 | fraction);
        BinaryPrimitives.WriteInt64BigEndian(bytes[8..], random);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
