using System.Runtime.CompilerServices;
using Chatalot.Shared.Storage;
using Npgsql;

namespace Chatalot.Features.Files;

/// <summary>Speaks for uploaded files: the folders that are named by the last two digits of their ids.</summary>
internal sealed class FileKeeper(NpgsqlDataSource database) : IBlobKeeper
{
    public bool SpeaksFor(string folder) => folder.Length == 2 && folder.All(char.IsAsciiHexDigitLower);

    public async IAsyncEnumerable<string> KeysAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            // What waits to be deleted is no orphan: many at once would make the records look wrong.
            "select storage_path from files union all select storage_path from dropped_contents"
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            yield return reader.GetString(0);
    }
}
