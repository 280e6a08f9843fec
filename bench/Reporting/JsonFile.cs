using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Chatalot.Bench.Load;
using Chatalot.Bench.Suite;

namespace Chatalot.Bench.Reporting;

/// <summary>Results as JSON for machines.</summary>
internal static class JsonFile
{
    public static Option<string?> Option() => new("--json") { Description = "file to write the results to" };

    public static void Write<T>(string? path, T results, JsonTypeInfo<T> type)
    {
        if (path is null)
            return;
        File.WriteAllText(path, JsonSerializer.Serialize(results, type) + "\n");
    }
}

[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DictionaryKeyPolicy = JsonKnownNamingPolicy.Unspecified
)]
[JsonSerializable(typeof(FanoutResult))]
[JsonSerializable(typeof(IdleResult))]
[JsonSerializable(typeof(HistoryResult))]
[JsonSerializable(typeof(LoginResult))]
[JsonSerializable(typeof(CallResult))]
[JsonSerializable(typeof(FilesResult))]
[JsonSerializable(typeof(BanResult))]
[JsonSerializable(typeof(OperateResult))]
[JsonSerializable(typeof(SuiteReport))]
internal sealed partial class ReportJson : JsonSerializerContext;
