using System.Runtime.CompilerServices;
using Chatalot.Shared.Storage;
using Npgsql;

namespace Chatalot.Features.Pictures;

/// <summary>
/// Speaks for pictures of users, communities, groups and channels: an address anywhere in their documents protects a
/// picture. Emoji are rows of their own; the feature that has them speaks for them.
/// </summary>
internal sealed class PictureKeeper(NpgsqlDataSource database) : IBlobKeeper
{
    private static readonly PictureFolder[] Folders =
    [
        PictureFolder.Avatars,
        PictureFolder.CommunityAssets,
        PictureFolder.GroupAssets,
    ];

    public bool SpeaksFor(string folder) => Folders.Any(known => known.KeyOf("") == folder + "/");

    public async IAsyncEnumerable<string> KeysAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            select distinct replace(address[1], '-', '_'), address[2] from (
                select data from mt_doc_user
                union all select data from mt_doc_community
                union all select data from mt_doc_group
                union all select data from mt_doc_channel
            ) document
            cross join lateral regexp_matches(
                document.data::text,
                '/api/(avatars|community-assets|group-assets)/([A-Za-z0-9._-]+)',
                'g'
            ) address
            """
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        // Each route serves one folder, which has its name.
        while (await reader.ReadAsync(ct))
            yield return $"{reader.GetString(0)}/{reader.GetString(1)}";
    }
}
