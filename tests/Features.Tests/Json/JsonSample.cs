using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Chatalot.Shared.Json;

namespace Chatalot.Features.Tests.Json;

public enum SampleKind
{
    Plain,
    TwoWords,
}

public sealed record SampleNested(int Count);

public sealed record Sample(
    Guid Id,
    string? Note,
    Optional<string> Topic,
    Optional<int> Seconds,
    Optional<SampleNested> Nested,
    SampleKind Kind = SampleKind.Plain
);

public sealed record SampleBytes(byte[] First, ReadOnlyMemory<byte> Second, int Last);

public sealed record SampleMaps(IReadOnlyDictionary<Guid, Guid> Ids, IReadOnlyDictionary<string, string> Words);

public sealed record SampleLists(
    IReadOnlyList<string>? Texts = null,
    SampleNested[]? Objects = null,
    List<IReadOnlyList<string>>? Lists = null,
    IReadOnlyList<int?>? Numbers = null
);

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(Sample))]
[JsonSerializable(typeof(SampleMaps))]
[JsonSerializable(typeof(SampleBytes))]
[JsonSerializable(typeof(SampleLists))]
[JsonSerializable(typeof(IReadOnlyList<SampleNested>))]
[JsonSerializable(typeof(byte[]))]
[JsonSerializable(typeof(ReadOnlyMemory<byte>))]
[JsonSerializable(typeof(DateTimeOffset))]
[JsonSerializable(typeof(long))]
internal sealed partial class SampleJson : JsonSerializerContext;

internal static class SampleExtensions
{
    private static readonly JsonSerializerOptions Options = JsonDefaults.CreateOptions(SampleJson.Default);

    public static T Read<T>(this string json) => JsonSerializer.Deserialize(json, TypeInfo<T>())!;

    /// <summary>Reads as frames are read, from memory in one piece.</summary>
    public static T ReadWhole<T>(this byte[] json) => WholeText.Deserialize(json, TypeInfo<T>())!;

    /// <summary>Reads from a stream that hands out one byte at a time, so that every token is split.</summary>
    public static async Task<T> ReadSplitAsync<T>(this string json)
    {
        var pipe = new System.IO.Pipelines.Pipe();
        var reading = JsonSerializer.DeserializeAsync(pipe.Reader, TypeInfo<T>());
        foreach (var part in Encoding.UTF8.GetBytes(json))
            await pipe.Writer.WriteAsync(new[] { part });
        await pipe.Writer.CompleteAsync();
        return (await reading)!;
    }

    public static string Write<T>(this T value) => JsonSerializer.Serialize(value, TypeInfo<T>());

    public static void ShouldBeRefusedAs<T>(this string json) => Should.Throw<JsonException>(() => json.Read<T>());

    private static JsonTypeInfo<T> TypeInfo<T>() => (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));
}
