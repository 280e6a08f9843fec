using System.Text.Json;
using System.Text.Json.Serialization;

namespace Chatalot.Host.Backup;

/// <summary>What a backup holds; the file <c>manifest.json</c> in its folder.</summary>
/// <param name="CreatedAt">When it was begun; the database is as it was at that moment.</param>
/// <param name="ServerVersion">The build that made it.</param>
/// <param name="Schema">Number of the newest schema script of the database.</param>
/// <param name="Parts">Its files.</param>
internal sealed record BackupManifest(
    DateTimeOffset CreatedAt,
    string ServerVersion,
    int Schema,
    IReadOnlyList<BackupPart> Parts
)
{
    public const string FileName = "manifest.json";
    public const string Database = "database.dump";
    public const string Files = "files.tar";
    public const string Secrets = "secrets.tar";

    /// <summary>Bytes of all parts.</summary>
    [JsonIgnore]
    public long Bytes => Parts.Sum(part => part.Bytes);

    /// <summary>Reads a backup's manifest.</summary>
    /// <exception cref="BackupException">There is none, or it is not readable.</exception>
    public static async Task<BackupManifest> ReadAsync(string folder, CancellationToken ct)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            await using var file = File.OpenRead(path);
            return await JsonSerializer.DeserializeAsync(file, BackupJson.Default.BackupManifest, ct)
                ?? throw new JsonException("null");
        }
        catch (Exception reason) when (reason is IOException or JsonException or UnauthorizedAccessException)
        {
            throw new BackupException($"{path} cannot be read, so this is no complete backup: {reason.Message}");
        }
    }

    /// <summary>Writes the manifest, last of all: a folder without one is a backup that was cut off.</summary>
    public async Task WriteAsync(string folder, CancellationToken ct)
    {
        await using var file = new FileStream(Path.Combine(folder, FileName), FileMode.CreateNew, FileAccess.Write);
        await JsonSerializer.SerializeAsync(file, this, BackupJson.Default.BackupManifest, ct);
        file.Flush(flushToDisk: true);
    }
}

/// <summary>One file of a backup.</summary>
/// <param name="Name">Its name in the folder.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Its checksum, lower-case hex.</param>
internal sealed record BackupPart(string Name, long Bytes, string Sha256);

/// <summary>A backup cannot be made, trusted or restored. The message says why and what to do.</summary>
internal sealed class BackupException(string message) : Exception(message);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(BackupManifest))]
internal sealed partial class BackupJson : JsonSerializerContext;
