using System.Buffers;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Chatalot.Features.Frames;

namespace Chatalot.Features.Tests.Frames;

public sealed class FrameWriterTests
{
    private static readonly Guid Channel = Guid.Parse("0190c400-1111-7aaa-8bbb-000000000001");
    private static readonly Guid Message = Guid.Parse("0190c400-9abc-7def-8123-0000000000aa");
    private static readonly Guid User = Guid.Parse("0190c3f2-7a11-7c5e-9b0a-52d1b8f0aa01");
    private static readonly DateTimeOffset Created = new DateTimeOffset(2026, 1, 1, 10, 0, 0, TimeSpan.Zero).AddTicks(
        1_234_560
    );

    public static TheoryData<string> ServerFrames =>
        new(FrameExamples.Server.Keys.Select(type => type.Name).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(ServerFrames))]
    public void Every_server_frame_is_written_byte_for_byte_as_the_contract_has_it(string name)
    {
        var (type, example) = FrameExamples.Server.Single(pair => pair.Key.Name == name);
        var frame = JsonSerializer.Deserialize(example, FrameCatalogue.Json.GetTypeInfo(type))!;

        WriteAny(frame).ShouldBe(example);
    }

    [Fact]
    public void The_frames_after_authentication_are_those_printed_in_the_contract()
    {
        Write(new AuthenticatedFrame(User, "unknown"))
            .ShouldBe(
                """{"type":"authenticated","user_id":"0190c3f2-7a11-7c5e-9b0a-52d1b8f0aa01","server_version":"unknown"}"""
            );
        var mate = Guid.Parse("0190c3f2-0b77-7d02-8f3e-1c4a90de7702");
        Write(new PresenceBulkFrame([new PresenceEntry(mate, PresenceStatus.Online)]))
            .ShouldBe("""{"type":"presence_bulk","statuses":[["0190c3f2-0b77-7d02-8f3e-1c4a90de7702","online"]]}""");
        Write(new PongFrame(1767225600)).ShouldBe("""{"type":"pong","timestamp":1767225600}""");
    }

    [Fact]
    public void The_frames_of_sending_are_those_printed_in_the_contract()
    {
        Write(new MessageSentFrame(Message, Channel, Created))
            .ShouldBe(
                """{"type":"message_sent","id":"0190c400-9abc-7def-8123-0000000000aa","channel_id":"0190c400-1111-7aaa-8bbb-000000000001","created_at":"2026-01-01T10:00:00.123456+00:00"}"""
            );
        var nonce = Enumerable.Repeat((byte)7, 12).ToArray();
        Write(new NewMessageFrame(Message, Channel, User, "hej"u8.ToArray(), nonce, "text", null, null, Created))
            .ShouldBe(
                """{"type":"new_message","id":"0190c400-9abc-7def-8123-0000000000aa","channel_id":"0190c400-1111-7aaa-8bbb-000000000001","sender_id":"0190c3f2-7a11-7c5e-9b0a-52d1b8f0aa01","ciphertext":[104,101,106],"nonce":[7,7,7,7,7,7,7,7,7,7,7,7],"message_type":"text","reply_to":null,"sender_key_id":null,"created_at":"2026-01-01T10:00:00.123456+00:00"}"""
            );
    }

    [Fact]
    public void Optional_members_of_an_error_are_left_out_when_there_are_none() =>
        Write(new ErrorFrame("not_found", "message not found"))
            .ShouldBe("""{"type":"error","code":"not_found","message":"message not found"}""");

    [Fact]
    public void Frames_are_appended_to_what_the_buffer_holds()
    {
        var output = new ArrayBufferWriter<byte>();
        output.Write("before"u8);

        FrameWriter.Write(output, new KeysLowFrame(3));

        Encoding.UTF8.GetString(output.WrittenSpan).ShouldBe("""before{"type":"keys_low","remaining":3}""");
    }

    private static string Write<T>(T frame)
        where T : IServerFrame
    {
        var output = new ArrayBufferWriter<byte>();
        FrameWriter.Write(output, frame);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static string WriteAny(object frame) =>
        (string)
            typeof(FrameWriterTests)
                .GetMethod(nameof(Write), BindingFlags.NonPublic | BindingFlags.Static)!
                .MakeGenericMethod(frame.GetType())
                .Invoke(null, [frame])!;
}
