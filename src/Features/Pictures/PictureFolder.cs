namespace Chatalot.Features.Pictures;

/// <summary>What a small picture belongs to, which is also the folder that it is kept in.</summary>
public enum PictureFolder
{
    /// <summary>Avatars, banners and voice backgrounds of users: <c>avatars</c>.</summary>
    Avatars,

    /// <summary>Icons and banners of communities: <c>community_assets</c>.</summary>
    CommunityAssets,

    /// <summary>Icons and banners of groups, voice backgrounds of channels: <c>group_assets</c>.</summary>
    GroupAssets,

    /// <summary>Custom emoji: <c>emojis</c>.</summary>
    Emojis,
}

internal static class PictureFolders
{
    public static string KeyOf(this PictureFolder folder, string name) => $"{NameOf(folder)}/{name}";

    /// <summary>Where the folder's pictures are served.</summary>
    public static string RouteOf(this PictureFolder folder) =>
        folder switch
        {
            PictureFolder.Avatars => "/api/avatars",
            PictureFolder.CommunityAssets => "/api/community-assets",
            PictureFolder.GroupAssets => "/api/group-assets",
            _ => "/api/emojis",
        };

    private static string NameOf(PictureFolder folder) =>
        folder switch
        {
            PictureFolder.Avatars => "avatars",
            PictureFolder.CommunityAssets => "community_assets",
            PictureFolder.GroupAssets => "group_assets",
            _ => "emojis",
        };
}
