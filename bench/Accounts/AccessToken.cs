using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Chatalot.Bench.Accounts;

/// <summary>What the generator reads of access tokens.</summary>
internal static class AccessToken
{
    /// <summary>Whose token it is.</summary>
    public static Guid UserOf(string token)
    {
        var claims = Base64Url.DecodeFromChars(token.Split('.')[1]);
        using var json = JsonDocument.Parse(Encoding.UTF8.GetString(claims));
        return json.RootElement.GetProperty("sub").GetGuid();
    }
}
