using System.Text;
using Chatalot.Shared.Realtime;

namespace Chatalot.Features.Tests.Realtime;

public sealed class SentFramesTests
{
    [Fact]
    public void What_follows_the_received_messages_comes_again_also_from_the_middle_of_a_batch()
    {
        var sent = new SentFrames(maxFrames: 10, maxBytes: 1_000_000);
        sent.Add(Batch("a"));
        sent.Add(Batch("b", new string('c', 200), new string('d', 70_000), "e"));
        sent.Add(Batch("f"));

        sent.After(0)!.Sum(frame => frame.Messages).ShouldBe(6);
        Bytes(sent.After(2)!).ShouldBe(Bytes([Batch(new string('c', 200), new string('d', 70_000), "e"), Batch("f")]));
        Bytes(sent.After(4)!).ShouldBe(Bytes([Batch("e"), Batch("f")]));
        sent.After(6)!.ShouldBeEmpty();
        sent.After(7).ShouldBeNull();
    }

    [Fact]
    public void What_was_forgotten_cannot_be_sent_again()
    {
        var sent = new SentFrames(maxFrames: 2, maxBytes: 1_000_000);
        foreach (var text in new[] { "a", "b", "c" })
            sent.Add(Batch(text));

        sent.After(0).ShouldBeNull();
        Bytes(sent.After(1)!).ShouldBe(Bytes([Batch("b"), Batch("c")]));
    }

    private static OutgoingFrame Batch(params string[] texts)
    {
        var builder = new OutgoingFrame.Builder();
        foreach (var text in texts)
            builder.Add(Encoding.UTF8.GetBytes(text));
        return builder.Build();
    }

    private static byte[] Bytes(IEnumerable<OutgoingFrame> frames) =>
        [.. frames.SelectMany(frame => frame.Bytes.ToArray())];
}
