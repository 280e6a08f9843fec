using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Chatalot.Features.Frames;

namespace Chatalot.Features.Tests.Frames;

public sealed class ClientFrameReaderTests
{
    private const string Id = "0190c400-1111-7aaa-8bbb-000000000001";

    private static readonly string[] OptionalMembers =
    [
        "reply_to",
        "sender_key_id",
        "thread_id",
        "client_id",
        "file_ids",
        "features",
        "last_seen",
        "resume",
    ];

    public static TheoryData<string> ClientFrames => new(FrameCatalogue.Client.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(ClientFrames))]
    public void Every_client_frame_is_read_whole_wherever_its_type_stands(string type)
    {
        var example = Example(type);
        var members = example.Select(member => member.Key).ToArray();

        foreach (var name in members)
        {
            // Each member becomes the last one in turn, the type included.
            var value = example[name];
            example.Remove(name);
            example.Add(name, value);

            var reading = Read(example.ToJsonString());

            reading.Fault.ShouldBe(FrameFault.None);
            reading.Type.ShouldBe(type);
            WithType(reading.Frame!, type).ShouldBeEquivalentJson(example);
        }
    }

    [Theory]
    [MemberData(nameof(ClientFrames))]
    public void A_member_may_be_missing_or_null_only_if_it_is_optional(string type)
    {
        foreach (var name in Example(type).Select(member => member.Key).Where(name => name != "type").ToArray())
        {
            var expected = OptionalMembers.Contains(name) ? FrameFault.None : FrameFault.WrongShape;
            var missing = Example(type);
            missing.Remove(name);
            var isNull = Example(type);
            isNull[name] = null;

            Read(missing.ToJsonString()).Fault.ShouldBe(expected, $"{name} missing");
            Read(isNull.ToJsonString()).Fault.ShouldBe(expected, $"{name} null");
        }
    }

    [Theory]
    [MemberData(nameof(ClientFrames))]
    public void A_member_of_another_type_is_the_wrong_shape_of_a_known_frame(string type)
    {
        foreach (var name in Example(type).Select(member => member.Key).Where(name => name != "type").ToArray())
        {
            foreach (var wrong in new[] { "true", "1.5", "{\"a\":[1]}", "[[]]", "\"\\u0000\"" })
            {
                var json = Example(type);
                json[name] = JsonNode.Parse(wrong);

                var reading = Read(json.ToJsonString());

                // Any text stands for a message that the client alone knows.
                if (type == MarkReadFrame.Type && name == "message_id" && wrong.StartsWith('"'))
                    continue;
                reading.ShouldBe(new ClientFrameReading(null, type, FrameFault.WrongShape), $"{name} is {wrong}");
            }
        }
    }

    [Fact]
    public void The_message_printed_in_the_contract_is_read()
    {
        var frame = ReadFrame(
            """{"type":"send_message","channel_id":"0190c400-1111-7aaa-8bbb-000000000001","ciphertext":[104,101,106],"nonce":[7,7,7,7,7,7,7,7,7,7,7,7],"message_type":"text","reply_to":null,"sender_key_id":null}"""
        );

        var message = frame.ShouldBeOfType<SendMessageFrame>();
        message.ChannelId.ShouldBe(Guid.Parse(Id));
        message.Ciphertext.ShouldBe("hej"u8.ToArray());
        message.Nonce.ShouldBe(Enumerable.Repeat((byte)7, 12));
        (message.MessageType, message.ReplyTo, message.SenderKeyId, message.ThreadId, message.ClientId).ShouldBe(
            ("text", null, null, null, null)
        );
    }

    [Fact]
    public void Words_and_sizes_that_rules_judge_are_not_malformed()
    {
        var message = ReadFrame(
            $$"""{"type":"send_message","channel_id":"{{Id}}","ciphertext":[],"nonce":[],"message_type":"poem"}"""
        );

        var frame = message.ShouldBeOfType<SendMessageFrame>();
        frame.MessageType.ShouldBe("poem");
        frame.Ciphertext.ShouldBeEmpty();
    }

    [Fact]
    public void Marking_a_message_that_is_not_confirmed_yet_marks_nothing()
    {
        var frame = ReadFrame($$"""{"type":"mark_read","channel_id":"{{Id}}","message_id":"temp-1767225600123"}""");

        frame.ShouldBe(new MarkReadFrame(Guid.Parse(Id)) { MessageId = null });
    }

    [Theory]
    [InlineData("""{"type":"ping","timestamp":1.0}""", FrameFault.WrongShape)]
    [InlineData("""{"type":"ping","timestamp":1e3}""", FrameFault.WrongShape)]
    [InlineData("""{"type":"ping","timestamp":"1"}""", FrameFault.WrongShape)]
    [InlineData("""{"type":"ping","timestamp":9223372036854775808}""", FrameFault.WrongShape)]
    [InlineData("""{"type":"ping"}""", FrameFault.WrongShape)]
    [InlineData("""{"type":"update_presence","status":"Online"}""", FrameFault.WrongShape)]
    [InlineData("""{"type":"update_presence","status":"away"}""", FrameFault.WrongShape)]
    [InlineData("""{"type":"subscribe","channel_ids":["x"]}""", FrameFault.WrongShape)]
    [InlineData("""{"type":"subscribe","channel_ids":[null]}""", FrameFault.WrongShape)]
    [InlineData("""{"type":"mark_read","channel_id":"x","message_id":"x"}""", FrameFault.WrongShape)]
    [InlineData("""{"type":"mark_read","message_id":"x"}""", FrameFault.WrongShape)]
    [InlineData("""{"type":"add_reaction","message_id":"temp-1","emoji":"x"}""", FrameFault.WrongShape)]
    [InlineData("""{"type":"dance"}""", FrameFault.UnknownType)]
    [InlineData("""{"type":"PING","timestamp":1}""", FrameFault.UnknownType)]
    [InlineData("""{"type":"pong","timestamp":1}""", FrameFault.UnknownType)]
    [InlineData("""{"type":"пинг"}""", FrameFault.UnknownType)]
    [InlineData("""{"type":""}""", FrameFault.UnknownType)]
    [InlineData("""{"type":null}""", FrameFault.UnknownType)]
    [InlineData("""{"type":1}""", FrameFault.UnknownType)]
    [InlineData("""{"type":{"type":"ping"},"timestamp":1}""", FrameFault.UnknownType)]
    [InlineData("""{"inner":{"type":"ping"},"timestamp":1}""", FrameFault.UnknownType)]
    [InlineData("{}", FrameFault.UnknownType)]
    [InlineData("[]", FrameFault.UnknownType)]
    [InlineData("null", FrameFault.UnknownType)]
    [InlineData("\"ping\"", FrameFault.UnknownType)]
    [InlineData("""{"type":"\ud800"}""", FrameFault.Malformed)]
    [InlineData("""{"\ud800":1,"type":"ping","timestamp":1}""", FrameFault.Malformed)]
    [InlineData("", FrameFault.Malformed)]
    [InlineData(" ", FrameFault.Malformed)]
    [InlineData("ping", FrameFault.Malformed)]
    [InlineData("{", FrameFault.Malformed)]
    [InlineData("""{"type":"ping","timestamp":1""", FrameFault.Malformed)]
    [InlineData("""{"type":"ping","timestamp":1}}""", FrameFault.Malformed)]
    [InlineData("""{"type":"ping","timestamp":1} {}""", FrameFault.Malformed)]
    [InlineData("""{"type":"ping","timestamp":1,}""", FrameFault.Malformed)]
    [InlineData("""{"type":"ping",/* now */"timestamp":1}""", FrameFault.Malformed)]
    [InlineData("""{"type":"dance","steps":[1,}""", FrameFault.Malformed)]
    [InlineData("""{"type":"ping","timestamp":01}""", FrameFault.Malformed)]
    [InlineData("""{"type":"ping","timestamp":NaN}""", FrameFault.Malformed)]
    public void Anything_else_is_named_for_what_it_is(string text, FrameFault fault)
    {
        var reading = Read(text);

        reading.Fault.ShouldBe(fault);
        (reading.Frame is null).ShouldBeTrue();
        (reading.Type is not null).ShouldBe(fault == FrameFault.WrongShape);
    }

    [Fact]
    public void A_type_is_the_same_type_with_escaped_letters_and_with_white_space_around() =>
        ReadFrame(""" { "\u0074ype" : "\u0070ing" , "timestamp" : 5 } """).ShouldBe(new PingFrame(5));

    [Fact]
    public void Of_duplicates_the_first_type_and_the_last_value_count()
    {
        ReadFrame("""{"type":"ping","timestamp":1,"timestamp":2,"type":"dance"}""").ShouldBe(new PingFrame(2));
        Read("""{"type":"dance","timestamp":1,"type":"ping"}""").Fault.ShouldBe(FrameFault.UnknownType);
    }

    [Theory]
    [InlineData("[256]")]
    [InlineData("[-1]")]
    [InlineData("[1.0]")]
    [InlineData("[\"1\"]")]
    [InlineData("[null]")]
    [InlineData("\"aGVq\"")]
    public void Bytes_are_arrays_of_integers_from_0_to_255(string bytes) =>
        Read($$"""{"type":"edit_message","message_id":"{{Id}}","ciphertext":{{bytes}},"nonce":[1]}""")
            .Fault.ShouldBe(FrameFault.WrongShape);

    [Theory]
    [InlineData(30, FrameFault.None)]
    [InlineData(40, FrameFault.Malformed)]
    [InlineData(100_000, FrameFault.Malformed)]
    public void Nesting_is_bounded_even_in_members_that_nobody_reads(int depth, FrameFault fault)
    {
        var nested = new string('[', depth) + new string(']', depth);

        Read($$"""{"type":"ping","timestamp":1,"extra":{{nested}}}""").Fault.ShouldBe(fault);
        Read($$"""{"extra":{{nested}},"type":"ping","timestamp":1}""").Fault.ShouldBe(fault);
    }

    [Fact]
    public void A_mebibyte_of_brackets_is_malformed() =>
        Read(new string('[', 1024 * 1024)).Fault.ShouldBe(FrameFault.Malformed);

    [Theory]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { 0xC0, 0x80 })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0xE2, 0x82 })]
    public void Invalid_UTF8_is_malformed_wherever_it_stands(byte[] invalid)
    {
        byte[] inMember = [.. """{"type":"add_reaction","message_id":"x","emoji":" """u8, .. invalid, .. "\"}"u8];
        byte[] inExtra = [.. """{"type":"ping","timestamp":1,"extra":" """u8, .. invalid, .. "\"}"u8];
        byte[] inName = [.. """{"type":"ping","timestamp":1," """u8, .. invalid, .. "\":1}"u8];
        byte[] inType = [.. """{"type":" """u8, .. invalid, .. "\"}"u8];

        foreach (var frame in new[] { invalid, inMember, inExtra, inName, inType })
            ClientFrameReader.Read(frame).ShouldBe(new ClientFrameReading(null, null, FrameFault.Malformed));
    }

    [Fact]
    public void A_token_is_never_part_of_a_frames_text() =>
        Read("""{"type":"authenticate","token":"secret"}""").Frame!.ToString().ShouldBe("AuthenticateFrame");

    private static ClientFrameReading Read(string text) => ClientFrameReader.Read(Encoding.UTF8.GetBytes(text));

    /// <summary>As an object: an interface with static members cannot be a type argument of an assertion.</summary>
    private static object? ReadFrame(string text) => Read(text).Frame;

    private static JsonObject Example(string type) =>
        JsonNode.Parse(FrameExamples.Client[FrameCatalogue.Client[type].FrameType])!.AsObject();

    private static JsonObject WithType(IClientFrame frame, string type)
    {
        var written = JsonSerializer.SerializeToNode(frame, FrameCatalogue.Json.GetTypeInfo(frame.GetType()))!;
        written["type"] = type;
        return written.AsObject();
    }
}

internal static class JsonShouldly
{
    public static void ShouldBeEquivalentJson(this JsonObject actual, JsonObject expected) =>
        JsonNode.DeepEquals(actual, expected).ShouldBeTrue($"{actual.ToJsonString()} is not {expected.ToJsonString()}");
}
