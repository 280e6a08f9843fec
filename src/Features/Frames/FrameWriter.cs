using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Chatalot.Shared.Json;

namespace Chatalot.Features.Frames;

/// <summary>Writes what the server sends, with <c>type</c> as the first member.</summary>
public static class FrameWriter
{
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JsonDefaults.Encoder,
        MaxDepth = JsonDefaults.MaxDepth,
        SkipValidation = true,
    };

    /// <summary>Appends the frame as UTF-8 JSON; for a room, once for all recipients.</summary>
    public static void Write<T>(IBufferWriter<byte> output, T frame)
        where T : IServerFrame
    {
        using var writer = new Utf8JsonWriter(output, Options);
        JsonSerializer.Serialize(writer, frame, Layout<T>.TypeInfo);
    }

    private static class Layout<T>
        where T : IServerFrame
    {
        public static readonly JsonTypeInfo<T> TypeInfo = (JsonTypeInfo<T>)FrameCatalogue.Json.GetTypeInfo(typeof(T));
    }
}
