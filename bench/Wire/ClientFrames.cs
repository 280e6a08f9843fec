using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Chatalot.Bench.Wire;

/// <summary>
/// Ready-made client frames, WebSocket header included. The masking key is zero, so nothing needs masking.
/// </summary>
internal static class ClientFrames
{
    private const int MaskSize = 4;
    private const string Words =
        "we could meet at the harbour around noon and look at the new boats before the rain comes ";

    public static byte[] Authenticate(string token) => TextFrame($$"""{"type":"authenticate","token":"{{token}}"}""");

    public static byte[] Subscribe(IEnumerable<Guid> channels) =>
        TextFrame(
            $$"""{"type":"subscribe","channel_ids":[{{string.Join(',', channels.Select(id => $"\"{id}\""))}}]}"""
        );

    public static byte[] JoinVoice(Guid channel) => TextFrame($$"""{"type":"join_voice","channel_id":"{{channel}}"}""");

    /// <summary>An <c>rtc_</c> frame whose payload begins with the time at which it is sent.</summary>
    public static byte[] Signal(string type, Guid target, string member, long sentAt, int size)
    {
        var payload = string.Create(CultureInfo.InvariantCulture, $"t={sentAt};").PadRight(size, 'c');
        return TextFrame(
            $$"""{"type":"{{type}}","target_user_id":"{{target}}","session_id":"{{target}}","{{member}}":"{{payload}}"}"""
        );
    }

    public static byte[] Ping(long timestamp) =>
        TextFrame(string.Create(CultureInfo.InvariantCulture, $$"""{"type":"ping","timestamp":{{timestamp}}}"""));

    /// <summary>
    /// A <c>send_message</c> whose text has <paramref name="textLength"/> bytes, the first of them room for a
    /// <see cref="MessageStamp"/> at <paramref name="stampAt"/>.
    /// </summary>
    public static byte[] SendMessage(Guid channel, int textLength, out int stampAt)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(textLength, MessageStamp.TextLength);
        var text = Enumerable.Range(0, textLength).Select(i => (byte)Words[i % Words.Length]).ToArray();
        text.AsSpan(0, MessageStamp.TextLength).Fill((byte)'d');
        var nonce = RandomNumberGenerator.GetBytes(12);
        var frame = TextFrame(
            $$"""{"type":"send_message","channel_id":"{{channel}}","ciphertext":[{{string.Join(',', text)}}],"nonce":[{{string.Join(',', nonce)}}],"message_type":"text","reply_to":null,"sender_key_id":null}"""
        );
        stampAt = MessageStamp.Locate(frame, guess: 0);
        return frame;
    }

    public static byte[] Control(Opcode opcode, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[2 + MaskSize + payload.Length];
        frame[0] = (byte)(0x80 | (int)opcode);
        frame[1] = (byte)(0x80 | payload.Length);
        payload.CopyTo(frame.AsSpan(2 + MaskSize));
        return frame;
    }

    private static byte[] TextFrame(string json)
    {
        var size = Encoding.UTF8.GetByteCount(json);
        var headerSize =
            (
                size < 126 ? 2
                : size <= ushort.MaxValue ? 4
                : 10
            ) + MaskSize;
        var frame = new byte[headerSize + size];
        frame[0] = 0x80 | (int)Opcode.Text;
        frame[1] = (byte)(
            0x80
            | (headerSize - MaskSize) switch
            {
                2 => size,
                4 => 126,
                _ => 127,
            }
        );
        if (frame[1] == (0x80 | 126))
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)size);
        else if (frame[1] == (0x80 | 127))
            BinaryPrimitives.WriteUInt64BigEndian(frame.AsSpan(2), (ulong)size);
        Encoding.UTF8.GetBytes(json, frame.AsSpan(headerSize));
        return frame;
    }
}
