namespace Chatalot.Bench.Floor;

/// <summary>
/// Frames with the real server's fields, in its order, put together from fixed text and slices of the request.
/// </summary>
internal static class BareFrame
{
    /// <summary>
    /// The message with the sender's ciphertext and nonce: <paramref name="body"/> is the rest of his frame.
    /// </summary>
    public static byte[] NewMessage(ReadOnlySpan<byte> channelId, ReadOnlySpan<byte> body) =>
        [
            .. "{\"type\":\"new_message\",\"id\":\"0190c400-9abc-7def-8123-0000000000aa\",\"channel_id\":\""u8,
            .. channelId,
            .. "\",\"sender_id\":\"0190c3f2-7a11-7c5e-9b0a-52d1b8f0aa01\","u8,
            .. body[..^1],
            .. ",\"created_at\":\"2026-01-01T10:00:00.123456+00:00\"}"u8,
        ];

    public static byte[] MessageSent(ReadOnlySpan<byte> channelId) =>
        [
            .. "{\"type\":\"message_sent\",\"id\":\"0190c400-9abc-7def-8123-0000000000aa\",\"channel_id\":\""u8,
            .. channelId,
            .. "\",\"created_at\":\"2026-01-01T10:00:00.123456+00:00\"}"u8,
        ];

    public static byte[] Pong(ReadOnlySpan<byte> ping) =>
        [.. "{\"type\":\"pong\""u8, .. ping["{\"type\":\"ping\"".Length..]];

    public static byte[] Authenticated() =>
        [
            .. "{\"type\":\"authenticated\",\"user_id\":\"0190c3f2-7a11-7c5e-9b0a-52d1b8f0aa01\","u8,
            .. "\"server_version\":\"unknown\"}"u8,
        ];
}
