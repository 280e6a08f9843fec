using System.Text;
using Chatalot.Features.Frames;

namespace Chatalot.Features.Tests.Frames;

/// <summary>Nothing that a client can send makes the reader throw, and every answer of it is consistent.</summary>
public sealed class FrameMutationTests
{
    private const int Cases = 20_000;

    private static readonly byte[][] Frames = [.. FrameExamples.Client.Values.Select(Encoding.UTF8.GetBytes)];

    private static readonly byte[][] Fragments =
    [
        .. new[]
        {
            "null",
            "1e9",
            "-1",
            "256",
            "[[[",
            "{}",
            "\"",
            "\\",
            "\\u0000",
            "\\ud800",
            "\"type\":\"ping\",",
            ",",
            "99999999999999999999",
        }.Select(Encoding.UTF8.GetBytes),
        [0xFF],
        [0x00],
        [0xED, 0xA0, 0x80],
    ];

    [Fact]
    public void Mutated_frames_never_make_the_reader_throw()
    {
        var random = new Random(20_310_405);
        var seen = new HashSet<FrameFault>();

        for (var i = 0; i < Cases; i++)
        {
            var text = Pick(random, Frames);
            for (var changes = random.Next(4); changes > 0; changes--)
                text = Mutate(random, text);

            var reading = ClientFrameReader.Read(text);

            (reading.Frame is not null).ShouldBe(reading.Fault == FrameFault.None);
            seen.Add(reading.Fault);
        }
        seen.Count.ShouldBe(Enum.GetValues<FrameFault>().Length);
    }

    private static byte[] Mutate(Random random, byte[] text)
    {
        var at = random.Next(text.Length + 1);
        var end = Math.Min(text.Length, at + random.Next(12));
        switch (random.Next(6))
        {
            case 0:
                return text[..at];
            case 1:
                return [.. text[..at], .. text[end..]];
            case 2:
                return [.. text[..end], .. text[at..]];
            case 3:
                return [.. text[..at], .. Pick(random, Fragments), .. text[end..]];
            case 4:
                var other = Pick(random, Frames);
                return [.. text[..at], .. other[random.Next(other.Length)..]];
            default:
                var changed = text.ToArray();
                if (changed.Length > 0)
                    changed[random.Next(changed.Length)] = (byte)random.Next(256);
                return changed;
        }
    }

    private static byte[] Pick(Random random, byte[][] choices) => choices[random.Next(choices.Length)];
}
