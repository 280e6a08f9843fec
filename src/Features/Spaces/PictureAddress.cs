using System.Text.RegularExpressions;

namespace Chatalot.Features.Spaces;

/// <summary>
/// Addresses of icons and banners: only pictures that this server keeps, so that no picture tells a stranger who looks
/// at it.
/// </summary>
internal static partial class PictureAddress
{
    public const string Invalid = "picture address must be one of this server's own pictures";

    /// <summary>No address, or the empty one that clears it, or one of ours.</summary>
    public static bool IsAllowed(string? address) => address is null or "" || Own().IsMatch(address);

    [GeneratedRegex(
        @"^/api/(community-assets|group-assets|files|avatars|banners)/[A-Za-z0-9._-]{1,128}(\?v=[0-9]{1,20})?\z"
    )]
    private static partial Regex Own();
}
