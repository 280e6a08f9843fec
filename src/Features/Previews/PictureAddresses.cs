using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Previews;

/// <summary>
/// Addresses under which this server hands out the pictures of previews. They carry a signature: browsers load pictures
/// without a token, and nobody can make the server fetch what it did not name itself.
/// </summary>
internal sealed class PictureAddresses(NpgsqlDataSource database)
{
    public const string Route = "/api/link-preview/image";

    private byte[]? key;

    /// <summary>Our address of the picture.</summary>
    public async Task<string> OfAsync(Uri picture, CancellationToken ct)
    {
        var url = picture.AbsoluteUri;
        return $"{Route}?url={Uri.EscapeDataString(url)}&sig={Sign(await KeyAsync(ct), url)}";
    }

    /// <summary>Whether this server made the address.</summary>
    public async Task<bool> IsOursAsync(string url, string signature, CancellationToken ct) =>
        CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(Sign(await KeyAsync(ct), url)),
            Encoding.UTF8.GetBytes(signature)
        );

    private static string Sign(byte[] key, string url) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(url)));

    private async Task<byte[]> KeyAsync(CancellationToken ct) =>
        key ??=
            await database.FirstAsync("select key from link_preview_key", row => row.GetFieldValue<byte[]>(0), ct)
            ?? throw new InvalidOperationException("link_preview_key is empty");
}
