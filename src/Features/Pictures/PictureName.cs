using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Media;

namespace Chatalot.Features.Pictures;

/// <summary>
/// Names of stored pictures: the owner's mark and 24 random digits, so that nobody can guess one, and nobody can have
/// another owner's picture deleted by pointing at it.
/// </summary>
public static partial class PictureName
{
    private const int MarkDigits = 8;

    /// <summary>A name that no picture ever had.</summary>
    internal static string Create(Guid owner, ImageFormat format) =>
        $"{MarkOf(owner)}{RandomNumberGenerator.GetHexString(24, lowercase: true)}.{format.Extension()}";

    /// <summary>
    /// Whether an address such as <c>/api/avatars/….webp?v=1933135628</c> is a picture that was stored for this owner.
    /// </summary>
    public static bool BelongsTo(string address, Guid owner) =>
        OfAddress(address) is { } name && name.StartsWith(MarkOf(owner), StringComparison.Ordinal);

    /// <summary>The name of a picture in an address, or null when the address is of something else.</summary>
    internal static string? OfAddress(string address)
    {
        var path = address.AsSpan(0, address.IndexOf('?') is var query and >= 0 ? query : address.Length);
        var name = path[(path.LastIndexOf('/') + 1)..];
        return Pattern().IsMatch(name) ? name.ToString() : null;
    }

    /// <summary>The name in a route, if there may be such a file.</summary>
    /// <exception cref="FailureException">
    /// 400 <c>invalid filename</c> for names that try to leave the folder.
    /// </exception>
    internal static bool MayExist(string name)
    {
        // The framework leaves an encoded slash in a path as it is.
        var decoded = Uri.UnescapeDataString(name);
        if (decoded.Contains("..", StringComparison.Ordinal) || decoded.AsSpan().ContainsAny('/', '\\', '\0'))
            throw Failure.Validation("invalid filename").AsException();
        return Servable().IsMatch(decoded);
    }

    internal static string MediaTypeOf(string name) =>
        Path.GetExtension(name).ToLowerInvariant() switch
        {
            ".png" => "image/png",
            ".jpg" or ".jpeg" => "image/jpeg",
            ".webp" => "image/webp",
            ".gif" => "image/gif",
            _ => "application/octet-stream",
        };

    private static string MarkOf(Guid owner) =>
        Convert.ToHexStringLower(SHA256.HashData(owner.ToByteArray(bigEndian: true)))[..MarkDigits];

    [GeneratedRegex(@"^[0-9a-f]{32}\.(png|jpg|webp|gif)\z")]
    private static partial Regex Pattern();

    /// <summary>Installations that are older than random names have others.</summary>
    [GeneratedRegex(@"^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}\z")]
    private static partial Regex Servable();
}
