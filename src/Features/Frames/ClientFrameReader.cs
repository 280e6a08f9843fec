using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Unicode;
using Chatalot.Shared.Json;

namespace Chatalot.Features.Frames;

/// <summary>Why a text was not a frame. Clients are told <c>invalid_message</c> for each.</summary>
public enum FrameFault
{
    /// <summary>It is a frame.</summary>
    None,

    /// <summary>Not JSON: bad syntax, bad UTF-8, nested too deeply.</summary>
    Malformed,

    /// <summary>JSON, but not an object with a known <c>type</c>.</summary>
    UnknownType,

    /// <summary>The type is known, but a member is missing, null where it may not be, or of another type.</summary>
    WrongShape,
}

/// <summary>What a text of a client turned out to be.</summary>
/// <param name="Frame">The frame; null for any fault.</param>
/// <param name="Type">
/// The word in <c>type</c> if it is a known one, also for <see cref="FrameFault.WrongShape"/>.
/// </param>
/// <param name="Fault">What is wrong.</param>
public readonly record struct ClientFrameReading(IClientFrame? Frame, string? Type, FrameFault Fault);

/// <summary>
/// Reads what clients send. The discriminator may stand anywhere in the object; if it is there more than once the first
/// one counts, of any other member the last one.
/// </summary>
public static class ClientFrameReader
{
    /// <summary>Bytes; room for the longest type with every letter escaped.</summary>
    private const int LongestType = 128;

    private static readonly FrozenDictionary<string, ClientFrameKind>.AlternateLookup<ReadOnlySpan<char>> Kinds =
        FrameCatalogue.Client.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly JsonReaderOptions Options = new() { MaxDepth = JsonDefaults.MaxDepth };

    /// <summary>Reads one text message. Never throws for what a client may have sent.</summary>
    /// <param name="utf8">The whole text; not kept.</param>
    public static ClientFrameReading Read(ReadOnlyMemory<byte> utf8)
    {
        if (!Utf8.IsValid(utf8.Span))
            return new ClientFrameReading(null, null, FrameFault.Malformed);
        ClientFrameKind? kind = null;
        try
        {
            kind = FindKind(utf8.Span);
            return kind is null
                ? new ClientFrameReading(null, null, FrameFault.UnknownType)
                : new ClientFrameReading(kind.Read(utf8), kind.Type, FrameFault.None);
        }
        catch (JsonException)
        {
            return kind is null || !IsJson(utf8.Span)
                ? new ClientFrameReading(null, null, FrameFault.Malformed)
                : new ClientFrameReading(null, kind.Type, FrameFault.WrongShape);
        }
    }

    /// <summary>
    /// Reads up to <c>type</c>, in practice the first member, or to the end if it names nothing known.
    /// </summary>
    private static ClientFrameKind? FindKind(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, Options);
        try
        {
            if (MoveToType(ref reader) && Find(ref reader) is { } kind)
                return kind;
            ReadToEnd(ref reader);
            return null;
        }
        catch (InvalidOperationException loneSurrogate)
        {
            // The framework's way to say that an escape in a name or in the type stands for no character.
            throw new JsonException(null, loneSurrogate);
        }
    }

    private static bool MoveToType(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isType = reader.ValueTextEquals("type"u8);
            reader.Read();
            if (isType)
                return reader.TokenType == JsonTokenType.String;
            reader.Skip();
        }
        return false;
    }

    private static ClientFrameKind? Find(ref Utf8JsonReader reader)
    {
        if (reader.ValueSpan.Length > LongestType)
            return null;
        Span<char> type = stackalloc char[LongestType];
        return Kinds.TryGetValue(type[..reader.CopyString(type)], out var kind) ? kind : null;
    }

    private static bool IsJson(ReadOnlySpan<byte> utf8)
    {
        try
        {
            var reader = new Utf8JsonReader(utf8, Options);
            ReadToEnd(ref reader);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static void ReadToEnd(ref Utf8JsonReader reader)
    {
        while (reader.Read()) { }
    }
}
