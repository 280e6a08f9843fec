using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Chatalot.Features.Auth;

/// <summary>
/// A TURN relay that shares a secret with this server, as coturn does with <c>static-auth-secret</c>: each user gets
/// credentials of their own, which the relay checks by itself and which are worth nothing after a while. The user name
/// is <c>expiry:user id</c>, expiry in Unix seconds; the password is its HMAC-SHA1 under the secret, in Base64.
/// </summary>
public sealed class TurnRelay
{
    private readonly JsonElement urls;
    private readonly byte[] secret;
    private readonly TimeSpan lifetime;

    /// <param name="urls">One or more of <c>turn:host:port</c> and <c>turns:host:port</c>.</param>
    /// <param name="secret">The relay's <c>static-auth-secret</c>.</param>
    /// <param name="lifetime">How long credentials are good for; a call that lasts longer needs no new ones.</param>
    public TurnRelay(IReadOnlyList<string> urls, string secret, TimeSpan lifetime)
    {
        this.urls = ToJson(urls);
        this.secret = Encoding.UTF8.GetBytes(secret);
        this.lifetime = lifetime;
    }

    /// <summary>The relay as this user is told it.</summary>
    public IceServer ServerFor(Guid userId, DateTimeOffset now)
    {
        var username = string.Create(CultureInfo.InvariantCulture, $"{(now + lifetime).ToUnixTimeSeconds()}:{userId}");
        // SHA-1 is what relays compute; an HMAC does not need more of it.
#pragma warning disable CA5350
        var credential = Convert.ToBase64String(HMACSHA1.HashData(secret, Encoding.UTF8.GetBytes(username)));
#pragma warning restore CA5350
        return new IceServer(urls, username, credential);
    }

    /// <summary>Without the secret.</summary>
    public override string ToString() => urls.ToString();

    private static JsonElement ToJson(IReadOnlyList<string> urls)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartArray();
            foreach (var url in urls)
                writer.WriteStringValue(url);
            writer.WriteEndArray();
        }
        return JsonElement.Parse(buffer.ToArray());
    }
}
