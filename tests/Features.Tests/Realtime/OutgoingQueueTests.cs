using Chatalot.Shared.Realtime;

namespace Chatalot.Features.Tests.Realtime;

public sealed class OutgoingQueueTests
{
    [Fact]
    public void What_goes_in_comes_out_in_order_while_the_ring_grows_and_wraps()
    {
        var queue = new OutgoingQueue(maxFrames: 1000, maxBytes: 1_000_000);
        var random = new Random(7);
        var expected = new Queue<OutgoingFrame>();
        for (var step = 0; step < 20_000; step++)
        {
            if (random.Next(5) < 3 && queue.Count < 1000)
            {
                var frame = OutgoingFrame.Text(new byte[random.Next(50)]);
                queue.TryAdd(frame).ShouldBeTrue();
                expected.Enqueue(frame);
            }
            else if (expected.TryDequeue(out var next))
            {
                queue.Peek().ShouldBeSameAs(next);
                queue.Take().ShouldBeSameAs(next);
            }
            queue.Count.ShouldBe(expected.Count);
        }
        queue.Bytes.ShouldBe(expected.Sum(frame => frame.Bytes.Length));
    }

    [Fact]
    public void The_bound_in_frames_holds()
    {
        var queue = new OutgoingQueue(maxFrames: 2, maxBytes: 1_000_000);
        var frame = OutgoingFrame.Text("x"u8);

        queue.TryAdd(frame).ShouldBeTrue();
        queue.TryAdd(frame).ShouldBeTrue();

        queue.TryAdd(frame).ShouldBeFalse();
        queue.Count.ShouldBe(2);
    }

    [Fact]
    public void The_bound_in_bytes_holds_but_one_large_frame_always_fits()
    {
        var queue = new OutgoingQueue(maxFrames: 10, maxBytes: 100);

        queue.TryAdd(OutgoingFrame.Text(new byte[500])).ShouldBeTrue();
        queue.TryAdd(OutgoingFrame.Text("x"u8)).ShouldBeFalse();
        queue.Take();
        queue.TryAdd(OutgoingFrame.Text("x"u8)).ShouldBeTrue();
    }
}
