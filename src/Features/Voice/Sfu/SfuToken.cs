using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Chatalot.Features.Voice.Sfu;

/// <summary>
/// Tokens that Janus checks by itself (its signed tokens): <c>expiry,janus,plugin:signature</c>, expiry in Unix
/// seconds, the signature an HMAC-SHA1 in Base64.
/// </summary>
internal static class SfuToken
{
    /// <summary>A token for the API and the VideoRoom plugin alone.</summary>
    public static string Sign(string secret, DateTimeOffset expiresAt)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{expiresAt.ToUnixTimeSeconds()},janus,{JanusConnection.Plugin}"
        );
        // SHA-1 is what Janus computes; an HMAC does not need more of it.
#pragma warning disable CA5350
        var signature = HMACSHA1.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(text));
#pragma warning restore CA5350
        return $"{text}:{Convert.ToBase64String(signature)}";
    }
}
