using System.Text;
using Chatalot.Shared.Realtime;

namespace Chatalot.Features.Tests.Realtime;

public sealed class OutgoingFrameTests
{
    [Theory]
    [InlineData(0, 2)]
    [InlineData(125, 2)]
    [InlineData(126, 4)]
    [InlineData(65_535, 4)]
    [InlineData(65_536, 10)]
    public void The_header_has_the_length_that_the_rfc_gives_it(int payload, int header)
    {
        var frame = OutgoingFrame.Text(new byte[payload]);

        frame.Bytes.Length.ShouldBe(header + payload);
        frame.Bytes.Span[0].ShouldBe((byte)0x81);
        (frame.Bytes.Span[1] & 0x80).ShouldBe(0, "a server does not mask");
    }

    [Fact]
    public void A_close_frame_cuts_its_reason_to_what_a_control_frame_holds()
    {
        var frame = OutgoingFrame.Close(CloseCode.GoingAway, Encoding.UTF8.GetBytes(new string('x', 200)));

        frame.Bytes.Span[..4].ToArray().ShouldBe([0x88, 125, 0x03, 0xE9]);
        frame.Bytes.Length.ShouldBe(127);
    }

    [Fact]
    public void A_batch_is_the_messages_one_after_the_other_and_parts_can_be_left_out()
    {
        var builder = new OutgoingFrame.Builder();
        var first = builder.Add("first"u8);
        builder.Add("second"u8);
        var third = builder.Add("third"u8);

        var all = builder.Build();
        var some = builder.Build([first, third]);

        all.Messages.ShouldBe(3);
        all.Bytes.ToArray()
            .ShouldBe([
                .. OutgoingFrame.Text("first"u8).Bytes.Span,
                .. OutgoingFrame.Text("second"u8).Bytes.Span,
                .. OutgoingFrame.Text("third"u8).Bytes.Span,
            ]);
        some!.Messages.ShouldBe(2);
        some.Bytes.ToArray()
            .ShouldBe([.. OutgoingFrame.Text("first"u8).Bytes.Span, .. OutgoingFrame.Text("third"u8).Bytes.Span]);
        builder.Build([]).ShouldBeNull();
    }
}
