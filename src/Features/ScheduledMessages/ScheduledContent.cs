using System.Text;
using System.Text.Json;
using Chatalot.Features.Messages;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Json;

namespace Chatalot.Features.ScheduledMessages;

/// <summary>
/// The content of a scheduled message. Clients send bytes as the text of a JSON number array; any other text stands for
/// its own UTF-8 bytes.
/// </summary>
/// <param name="Ciphertext">What will be posted.</param>
/// <param name="Nonce">Belongs to it.</param>
internal sealed record ScheduledContent(byte[] Ciphertext, byte[] Nonce)
{
    private const int LongestText = 100_000;
    private const int LongestNonce = PostingRules.MaxNonceBytes;

    /// <summary>The bytes, or why they are refused, in the contract's order.</summary>
    public static (ScheduledContent? Content, Failure? Refusal) Read(string ciphertext, string nonce)
    {
        if (ciphertext.Length == 0 || nonce.Length == 0)
            return (null, Required);
        if (Encoding.UTF8.GetByteCount(ciphertext) > LongestText)
            return (null, Failure.Validation("ciphertext too large (max 100 KB)"));
        if (Encoding.UTF8.GetByteCount(nonce) > LongestNonce)
            return (null, Failure.Validation("nonce too large (max 256 bytes)"));
        var content = new ScheduledContent(Bytes(ciphertext), Bytes(nonce));
        return content.Ciphertext.Length == 0 || content.Nonce.Length == 0
            ? (null, Required)
            : (content, PostingRules.CheckSizes(content.Ciphertext, content.Nonce, clientId: null));
    }

    private static Failure Required { get; } = Failure.Validation("ciphertext and nonce are required");

    private static byte[] Bytes(string text)
    {
        if (text.AsSpan().TrimStart() is ['[', ..])
        {
            try
            {
                var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
                reader.Read();
                var bytes =
                    new ByteArrayConverter().Read(ref reader, typeof(byte[]), JsonSerializerOptions.Default) ?? [];
                // Throws for whatever stands behind the array.
                reader.Read();
                return bytes;
            }
            catch (JsonException)
            {
                // Then it is a text that begins with a bracket.
            }
        }
        return Encoding.UTF8.GetBytes(text);
    }
}
