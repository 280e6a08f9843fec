using System.Runtime.CompilerServices;
using Chatalot.Features.Pictures;
using Chatalot.Shared.Storage;
using Npgsql;

namespace Chatalot.Features.Communities;

/// <summary>Speaks for the pictures of custom emoji; those of communities that are gone may go too.</summary>
internal sealed class EmojiKeeper(NpgsqlDataSource database) : IBlobKeeper
{
    public bool SpeaksFor(string folder) => PictureFolder.Emojis.KeyOf("") == folder + "/";

    public async IAsyncEnumerable<string> KeysAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await using var command = database.CreateCommand("select file_name from custom_emojis");
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            yield return PictureFolder.Emojis.KeyOf(reader.GetString(0));
    }
}
