using System.Buffers.Text;
using System.Security.Cryptography;

namespace Chatalot.Features.Push;

/// <summary>The keys by which a browser reads its push messages (RFC 8291): base64url on the wire.</summary>
/// <param name="P256dh">Uncompressed point of P-256, 65 bytes.</param>
/// <param name="Auth">16 bytes.</param>
internal sealed record PushKeys(byte[] P256dh, byte[] Auth)
{
    private const int PointBytes = 65;
    private const int AuthBytes = 16;
    private const byte Uncompressed = 4;

    /// <summary>The keys, or null when they are none: wrong length, or a point that is not on the curve.</summary>
    public static PushKeys? Read(string p256dh, string auth)
    {
        if (Decode(p256dh, PointBytes) is not { } point || Decode(auth, AuthBytes) is not { } secret)
            return null;
        return point[0] == Uncompressed && IsOnCurve(point) ? new(point, secret) : null;
    }

    private static byte[]? Decode(string text, int bytes)
    {
        try
        {
            return Base64Url.DecodeFromChars(text.AsSpan().TrimEnd('=')) is { } decoded && decoded.Length == bytes
                ? decoded
                : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static bool IsOnCurve(byte[] point)
    {
        try
        {
            using var key = ECDiffieHellman.Create(
                new ECParameters
                {
                    Curve = ECCurve.NamedCurves.nistP256,
                    Q = new ECPoint { X = point[1..33], Y = point[33..] },
                }
            );
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
