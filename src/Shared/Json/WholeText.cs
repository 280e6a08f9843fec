using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Chatalot.Shared.Json;

/// <summary>
/// Reads JSON that lies in memory in one piece. Gives the same result as the framework's own call, but byte strings are
/// read several times faster, because <see cref="ByteNumbers"/> can look at the text itself instead of token by token.
/// </summary>
public static class WholeText
{
    [ThreadStatic]
    private static ReadOnlyMemory<byte> current;

    /// <summary>The text that this thread is reading; empty for texts that come in by other ways.</summary>
    internal static ReadOnlySpan<byte> Current => current.Span;

    /// <summary>The value of the text.</summary>
    /// <exception cref="JsonException">Malformed, or not of the type's shape.</exception>
    public static T? Deserialize<T>(ReadOnlyMemory<byte> utf8, JsonTypeInfo<T> typeInfo)
    {
        current = utf8;
        try
        {
            return JsonSerializer.Deserialize(utf8.Span, typeInfo);
        }
        finally
        {
            current = default;
        }
    }
}
