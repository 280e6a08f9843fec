using System.Buffers.Text;
using System.Text;

namespace Chatalot.Bench.Wire;

internal enum FrameKind
{
    Other,
    NewMessage,
    MessageSent,
    Error,
    Authenticated,
    Pong,
}

/// <summary>Reads the few things that the generator needs out of a server frame without parsing its JSON.</summary>
internal static class ServerFrame
{
    public static FrameKind KindOf(ReadOnlySpan<byte> json)
    {
        var type = json.StartsWith("{\"type\":\""u8) ? json[9..] : After(json, "\"type\":\""u8);
        if (type.StartsWith("new_message\""u8))
            return FrameKind.NewMessage;
        if (type.StartsWith("message_sent\""u8))
            return FrameKind.MessageSent;
        if (type.StartsWith("error\""u8))
            return FrameKind.Error;
        if (type.StartsWith("authenticated\""u8))
            return FrameKind.Authenticated;
        return type.StartsWith("pong\""u8) ? FrameKind.Pong : FrameKind.Other;
    }

    /// <summary>The message id of a <c>new_message</c> or <c>message_sent</c>.</summary>
    public static Guid IdOf(ReadOnlySpan<byte> json) =>
        Utf8Parser.TryParse(After(json, "\"id\":\""u8), out Guid id, out _)
            ? id
            : throw new InvalidDataException("the server sent a message without an id");

    /// <summary>Code and text of an <c>error</c>, for people.</summary>
    public static string ErrorOf(ReadOnlySpan<byte> json) =>
        $"{Text(json, "\"code\":\""u8)}: {Text(json, "\"message\":\""u8)}";

    private static string Text(ReadOnlySpan<byte> json, ReadOnlySpan<byte> field)
    {
        var rest = After(json, field);
        var end = rest.IndexOf((byte)'"');
        return end < 0 ? "?" : Encoding.UTF8.GetString(rest[..end]);
    }

    private static ReadOnlySpan<byte> After(ReadOnlySpan<byte> json, ReadOnlySpan<byte> field)
    {
        var at = json.IndexOf(field);
        return at < 0 ? default : json[(at + field.Length)..];
    }
}
