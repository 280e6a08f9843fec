using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Chatalot.Shared.Security;

/// <summary>
/// What an access token says. Only ids and version are believed; everything else is read from live state.
/// </summary>
/// <param name="UserId">Claim <c>sub</c>.</param>
/// <param name="SessionId">Claim <c>sid</c>: the login session, which can be revoked.</param>
/// <param name="TokenVersion">
/// Claim <c>ver</c>: the user's token version at issue time; a higher one ends the token.
/// </param>
/// <param name="Username">Claim <c>username</c> at issue time.</param>
/// <param name="IsAdmin">Claim <c>is_admin</c> at issue time, for clients that look; the server never does.</param>
/// <param name="IsOwner">Claim <c>is_owner</c> at issue time, likewise.</param>
public sealed record AccessTokenClaims(
    Guid UserId,
    Guid SessionId,
    int TokenVersion,
    string Username,
    bool IsAdmin,
    bool IsOwner
);

/// <summary>Why an access token does not count, for logs.</summary>
public enum AccessTokenFault
{
    /// <summary>It counts.</summary>
    None,

    /// <summary>It is no token of this kind.</summary>
    Malformed,

    /// <summary>No key of this server signed it.</summary>
    BadSignature,

    /// <summary>It is made for somebody else.</summary>
    WrongAudience,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>It comes from the future.</summary>
    NotYetValid,
}

/// <summary>
/// Access tokens: compact JWS (RFC 7515) with exactly one algorithm, EdDSA over Ed25519 (RFC 8037). There is nothing to
/// negotiate, so nothing can be negotiated down.
/// </summary>
public sealed class AccessTokens(TokenKeys keys, TimeProvider clock)
{
    /// <summary>How long a token is valid from its issue.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(900);

    /// <summary>How far two clocks may differ.</summary>
    public static readonly TimeSpan Leeway = TimeSpan.FromSeconds(60);

    private const string Audience = "chatalot";
    private const string Algorithm = "EdDSA";

    /// <summary>Ours have about 600 characters; anything much longer is not ours.</summary>
    private const int LongestToken = 4096;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 4, AllowDuplicateProperties = false };
    private static readonly SearchValues<char> Base64UrlAlphabet = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    );

    private readonly VerifiedTokens verified = new();

    private readonly string header = Base64Url.EncodeToString(
        Encoding.ASCII.GetBytes($$"""{"alg":"{{Algorithm}}","typ":"JWT","kid":"{{keys.KeyId}}"}""")
    );

    /// <summary>A token that is valid for <see cref="Lifetime"/> from now.</summary>
    public string Issue(AccessTokenClaims claims)
    {
        var signed = $"{header}.{Base64Url.EncodeToString(Write(claims, clock.GetUtcNow()))}";
        Span<byte> signature = stackalloc byte[Ed25519.SignatureBytes];
        keys.Signing.Sign(Encoding.ASCII.GetBytes(signed), signature);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>
    /// The claims of a token that this server signed, that is made for it and that has not expired; null for all
    /// others.
    /// </summary>
    public AccessTokenClaims? Read(string token) => Read(token, out _);

    /// <summary>The same, and why a token is refused.</summary>
    public AccessTokenClaims? Read(string token, out AccessTokenFault fault)
    {
        fault = AccessTokenFault.Malformed;
        var first = token.IndexOf('.');
        var last = token.LastIndexOf('.');
        if (token.Length > LongestToken || first <= 0 || last == first)
            return null;
        try
        {
            if (!IsOurs(Decode(token.AsSpan(0, first)), out var keyId))
                return null;
            if (!IsSigned(token, last, keyId))
            {
                fault = AccessTokenFault.BadSignature;
                return null;
            }
            return ReadClaims(Decode(token.AsSpan(first + 1, last - first - 1)), clock.GetUtcNow(), out fault);
        }
        // Bad base64, bad JSON, and text in JSON that is no text (a lone surrogate, bad UTF-8).
        catch (Exception wrong) when (wrong is FormatException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static byte[] Write(AccessTokenClaims claims, DateTimeOffset now)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("sub", claims.UserId);
        json.WriteString("sid", claims.SessionId);
        json.WriteNumber("ver", claims.TokenVersion);
        json.WriteString("username", claims.Username);
        json.WriteBoolean("is_admin", claims.IsAdmin);
        json.WriteBoolean("is_owner", claims.IsOwner);
        json.WriteNumber("iat", now.ToUnixTimeSeconds());
        json.WriteNumber("exp", (now + Lifetime).ToUnixTimeSeconds());
        json.WriteString("jti", Guid.NewGuid());
        json.WriteString("aud", Audience);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private bool IsSigned(string token, int lastDot, string? keyId)
    {
        Span<byte> bytes = stackalloc byte[LongestToken];
        bytes = bytes[..Encoding.ASCII.GetBytes(token, bytes)];
        if (verified.Contains(bytes))
            return true;
        var signature = Decode(token.AsSpan(lastDot + 1));
        foreach (var key in keys.Candidates(keyId))
        {
            if (!Ed25519.Verify(signature, bytes[..lastDot], key.PublicKey))
                continue;
            verified.Add(bytes);
            return true;
        }
        return false;
    }

    private static bool IsOurs(byte[] header, out string? keyId)
    {
        keyId = null;
        using var document = JsonDocument.Parse(header, Strict);
        var json = document.RootElement;
        // RFC 7515 4.1.11: who does not understand a critical extension must refuse, and none is understood here.
        return TryString(json, "alg", out var algorithm)
            && algorithm == Algorithm
            && !json.TryGetProperty("crit", out _)
            && (!json.TryGetProperty("kid", out _) || TryString(json, "kid", out keyId));
    }

    private static AccessTokenClaims? ReadClaims(byte[] json, DateTimeOffset now, out AccessTokenFault fault)
    {
        using var document = JsonDocument.Parse(json, Strict);
        var claims = document.RootElement;
        fault = FaultOf(claims, now);
        if (fault != AccessTokenFault.None)
            return null;
        if (
            TryId(claims, "sub", out var userId)
            && TryId(claims, "sid", out var sessionId)
            && claims.TryGetProperty("ver", out var ver)
            && ver.ValueKind == JsonValueKind.Number
            && ver.TryGetInt32(out var version)
            && TryString(claims, "username", out var username)
        )
            return new(userId, sessionId, version, username!, IsTrue(claims, "is_admin"), IsTrue(claims, "is_owner"));
        fault = AccessTokenFault.Malformed;
        return null;
    }

    private static AccessTokenFault FaultOf(JsonElement claims, DateTimeOffset now)
    {
        if (!TryString(claims, "aud", out var audience) || audience != Audience)
            return AccessTokenFault.WrongAudience;
        if (!TrySeconds(claims, "iat", out var issued) || !TrySeconds(claims, "exp", out var expires))
            return AccessTokenFault.Malformed;
        if (issued > (now + Leeway).ToUnixTimeSeconds())
            return AccessTokenFault.NotYetValid;
        return expires <= (now - Leeway).ToUnixTimeSeconds() ? AccessTokenFault.Expired : AccessTokenFault.None;
    }

    private static bool TryString(JsonElement json, string name, out string? value)
    {
        value =
            json.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.String
                ? found.GetString()
                : null;
        return value is not null;
    }

    private static bool TryId(JsonElement json, string name, out Guid id)
    {
        id = default;
        return TryString(json, name, out var text) && Guid.TryParseExact(text, "D", out id);
    }

    private static bool TrySeconds(JsonElement json, string name, out long seconds)
    {
        seconds = 0;
        return json.TryGetProperty(name, out var found)
            && found.ValueKind == JsonValueKind.Number
            && found.TryGetInt64(out seconds);
    }

    private static bool IsTrue(JsonElement json, string name) =>
        json.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.True;

    /// <summary>Stricter than the decoder, which lets padding and white space pass.</summary>
    private static byte[] Decode(ReadOnlySpan<char> text) =>
        text.ContainsAnyExcept(Base64UrlAlphabet) ? throw new FormatException() : Base64Url.DecodeFromChars(text);
}
