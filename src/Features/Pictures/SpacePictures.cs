using Npgsql;

namespace Chatalot.Features.Pictures;

/// <summary>
/// Pictures that go with their community, group or channel: looked up in the transaction that deletes it, because
/// afterwards nothing points at them, and deleted once that is committed.
/// </summary>
public sealed class SpacePictures(PictureStore pictures)
{
    /// <summary>
    /// The pictures of a community with its emoji, groups and channels, of a group with its channels, or of a channel.
    /// </summary>
    /// <param name="connection">In the transaction of the deletion.</param>
    /// <param name="spaceId">The community, group or channel, which still exists.</param>
    /// <param name="ct">Ends the query.</param>
    public static async Task<IReadOnlyList<SpacePicture>> FindAsync(
        NpgsqlConnection connection,
        Guid spaceId,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand(
            """
            select document.id, address[1], address[2]
            from (
                select id, data from mt_doc_community where id = $1
                union all select id, data from mt_doc_group where id = $1
                union all select id, data from mt_doc_group where community_id = $1
                union all select id, data from mt_doc_channel where id = $1
                union all select id, data from mt_doc_channel where group_id = $1
                union all select id, data from mt_doc_channel
                    where group_id in (select id from mt_doc_group where community_id = $1)
            ) document
            cross join lateral regexp_matches(
                document.data::text,
                '/api/(community-assets|group-assets)/([A-Za-z0-9._-]+)',
                'g'
            ) address
            union all
            select community_id, 'emojis', file_name from custom_emojis where community_id = $1
            """,
            connection
        );
        command.Parameters.Add(new NpgsqlParameter { Value = spaceId });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var found = new List<SpacePicture>();
        while (await reader.ReadAsync(ct))
            found.Add(new SpacePicture(FolderOf(reader.GetString(1)), reader.GetString(2), reader.GetGuid(0)));
        return found;
    }

    /// <summary>Deletes them, after the commit. What a text only mentions belongs to another owner and stays.</summary>
    public async Task DeleteAsync(IReadOnlyList<SpacePicture> found)
    {
        foreach (var picture in found)
            await pictures.DeleteAsync(picture.Folder, picture.Name, picture.OwnerId);
    }

    private static PictureFolder FolderOf(string word) =>
        word switch
        {
            "community-assets" => PictureFolder.CommunityAssets,
            "group-assets" => PictureFolder.GroupAssets,
            _ => PictureFolder.Emojis,
        };
}

/// <summary>A picture that a space points at.</summary>
/// <param name="Folder">Where it is kept.</param>
/// <param name="Name">Its file name.</param>
/// <param name="OwnerId">The community, group or channel that points at it.</param>
public readonly record struct SpacePicture(PictureFolder Folder, string Name, Guid OwnerId);
