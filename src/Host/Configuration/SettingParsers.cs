using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Chatalot.Shared.Http;
using Chatalot.Shared.Postgres;

namespace Chatalot.Host.Configuration;

/// <summary>Reads the texts that are more than a word or a number.</summary>
internal static class SettingParsers
{
    /// <summary><c>0.0.0.0:8080</c>, <c>[::]:8080</c>, <c>localhost:8080</c>; the port is not optional.</summary>
    public static Reading<IPEndPoint> ListenAddress(string text)
    {
        var colon = text.LastIndexOf(':');
        if (
            colon <= 0
            || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
        )
            return Reading.Wrong<IPEndPoint>();
        var host = text[..colon];
        if (host == "localhost")
            return new IPEndPoint(IPAddress.Loopback, port);
        // IPv6 only in brackets: without them the last group would be taken for the port.
        var isBracketed = host is ['[', .., ']'];
        return
            isBracketed == host.Contains(':', StringComparison.Ordinal)
            && host.IndexOfAny('.', ':') >= 0
            && IPAddress.TryParse(host.Trim('[', ']'), out var address)
            ? new IPEndPoint(address, port)
            : Reading.Wrong<IPEndPoint>();
    }

    /// <summary>Any of the forms that operators know, in Npgsql's form.</summary>
    public static Reading<string> Database(string text) =>
        DatabaseUrl.TryParse(text, out var connection, out var error)
            ? connection.ConnectionString
            : Reading.Wrong<string>(error);

    public static Reading<Uri> PublicUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url)
        && url.Scheme is "http" or "https"
        && url is { Query: "", Fragment: "", UserInfo: "" }
            ? url
            : Reading.Wrong<Uri>();

    /// <summary>An address to call; unlike a public one it may have a query, which often is a token.</summary>
    public static Reading<Uri> WebAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url
            : Reading.Wrong<Uri>();

    /// <summary>A WebSocket to connect to.</summary>
    public static Reading<Uri> SocketAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url)
        && url.Scheme is "ws" or "wss"
        && url is { Fragment: "", UserInfo: "", Host.Length: > 0 }
            ? url
            : Reading.Wrong<Uri>();

    /// <summary>Plain HTTP only on this machine: identity tokens and the client's secret travel there.</summary>
    public static Reading<Uri> Issuer(string text) =>
        PublicUrl(text) is { IsRight: true, Value: { } url } && (url.Scheme == "https" || url.IsLoopback)
            ? url
            : Reading.Wrong<Uri>();

    public static Reading<TrustedProxies> Proxies(string text)
    {
        try
        {
            return TrustedProxies.Parse(text);
        }
        catch (FormatException)
        {
            return Reading.Wrong<TrustedProxies>();
        }
    }

    /// <summary>
    /// Origins as browsers send them; a slash at the end, which they never send, is taken off. Items that no header can
    /// hold are left out, others are compared as they stand (contract, operations.md 2): neither stops the start, both
    /// are told.
    /// </summary>
    public static Reading<IReadOnlyList<string>> Origins(string text)
    {
        var items = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string[] origins = [.. items.Where(IsHeaderSafe).Select(item => item.TrimEnd('/'))];
        var warnings = items
            .Where(item => !IsHeaderSafe(item))
            .Select(item => $"'{item}' cannot be an origin and is left out")
            .Concat(
                origins
                    .Where(origin => !IsOrigin(origin))
                    .Select(origin => $"'{origin}' is not the origin of a web page, such as https://chat.example.com")
            )
            .ToArray();
        return warnings.Length == 0
            ? new Reading<IReadOnlyList<string>>(true, origins)
            : Reading.Instead<IReadOnlyList<string>>(origins, $"CORS_ORIGINS: {string.Join("; ", warnings)}");
    }

    /// <summary>The whole list is ignored when one entry is wrong (contract, auth-account.md 5.5).</summary>
    public static Reading<JsonElement?> IceServers(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return
                document.RootElement.ValueKind == JsonValueKind.Array
                && document.RootElement.EnumerateArray().All(IsIceServer)
                ? document.RootElement.Clone()
                : Ignored("is not a list of {urls, username, credential}, will be ignored");
        }
        catch (JsonException)
        {
            return Ignored("is not valid JSON, will be ignored");
        }

        static Reading<JsonElement?> Ignored(string why) => Reading.Instead<JsonElement?>(null, $"ICE_SERVERS {why}");
    }

    /// <summary>Addresses of one relay (RFC 7065).</summary>
    public static Reading<IReadOnlyList<string>> TurnUrls(string text)
    {
        var urls = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return urls.Length > 0 && Array.TrueForAll(urls, IsTurnUrl)
            ? new Reading<IReadOnlyList<string>>(true, urls)
            : Reading.Wrong<IReadOnlyList<string>>();
    }

    /// <summary>A key pair of Web Push, or why it is none.</summary>
    public static WebPushSettings? WebPush(string privateKey, string? publicKey, out string? whyNot)
    {
        whyNot = null;
        if (!TryBytes(privateKey, 32, out var scalar))
            whyNot = "VAPID_PRIVATE_KEY is not a base64url P-256 key";
        else if (publicKey is null || !TryBytes(publicKey, 65, out var point) || point[0] != 4)
            whyNot = "VAPID_PUBLIC_KEY is missing or not a base64url P-256 key";
        else if (!IsPair(scalar, point))
            whyNot = "VAPID_PUBLIC_KEY does not belong to VAPID_PRIVATE_KEY";
        return whyNot is null ? new WebPushSettings(privateKey, publicKey!) : null;
    }

    private static bool IsHeaderSafe(string item) => item.All(character => character is >= ' ' and < '\x7f');

    /// <summary>Pages without an address of their own, such as files, send <c>null</c>.</summary>
    private static bool IsOrigin(string item) =>
        item is "*" or "null"
        || Uri.TryCreate(item, UriKind.Absolute, out var origin)
            && !item.Contains(' ', StringComparison.Ordinal)
            && item.StartsWith($"{origin.Scheme}://", StringComparison.Ordinal)
            && origin is { Host.Length: > 0, AbsolutePath: "/" or "", Query: "", Fragment: "", UserInfo: "" };

    private static bool IsTurnUrl(string url) =>
        url.IndexOf(':', StringComparison.Ordinal) is var colon
        && url[..Math.Max(0, colon)] is "turn" or "turns"
        && url.Length > colon + 1
        && url.All(character => character is > ' ' and < '\x7f');

    private static bool IsIceServer(JsonElement server) =>
        server.ValueKind == JsonValueKind.Object
        && server.TryGetProperty("urls", out var urls)
        && (
            urls.ValueKind == JsonValueKind.String
            || urls.ValueKind == JsonValueKind.Array
                && urls.EnumerateArray().All(url => url.ValueKind == JsonValueKind.String)
        )
        && IsTextOrAbsent(server, "username")
        && IsTextOrAbsent(server, "credential");

    private static bool IsTextOrAbsent(JsonElement server, string name) =>
        !server.TryGetProperty(name, out var value) || value.ValueKind is JsonValueKind.String or JsonValueKind.Null;

    private static bool TryBytes(string text, int length, out byte[] bytes)
    {
        bytes = [];
        if (!Base64Url.IsValid(text, out var decoded) || decoded != length)
            return false;
        bytes = Base64Url.DecodeFromChars(text);
        return true;
    }

    private static bool IsPair(byte[] scalar, byte[] point)
    {
        try
        {
            using var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = scalar });
            var derived = key.ExportParameters(false).Q;
            return point.AsSpan(1, 32).SequenceEqual(derived.X) && point.AsSpan(33).SequenceEqual(derived.Y);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
