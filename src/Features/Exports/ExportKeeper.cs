using System.Runtime.CompilerServices;
using Chatalot.Shared.Storage;
using Npgsql;

namespace Chatalot.Features.Exports;

/// <summary>
/// Speaks for archives: those of accounts that are gone, and those that could not be deleted in time, go too.
/// </summary>
internal sealed class ExportKeeper(NpgsqlDataSource database) : IBlobKeeper
{
    public bool SpeaksFor(string folder) => folder == ExportArchive.Folder;

    public IAsyncEnumerable<string> KeysAsync(CancellationToken ct) =>
        KeysOfAsync("state in ('waiting', 'running', 'ready')", ct);

    /// <summary>An archive is stored a moment before its row says that it is ready.</summary>
    public IAsyncEnumerable<string> UnwrittenKeysAsync(CancellationToken ct) =>
        KeysOfAsync("state in ('waiting', 'running')", ct);

    private async IAsyncEnumerable<string> KeysOfAsync(string condition, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var command = database.CreateCommand($"select id from personal_exports where {condition}");
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            yield return ExportArchive.KeyOf(reader.GetGuid(0));
    }
}
