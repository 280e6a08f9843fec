using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Chatalot.Bench.Accounts;

/// <summary>
/// A registered user. The access token is good for 15 minutes; <see cref="ObtainedAt"/> says since when.
/// </summary>
internal sealed class Account
{
    public required string Username { get; init; }
    public string AccessToken { get; set; } = "";
    public string RefreshToken { get; set; } = "";
    public DateTimeOffset ObtainedAt { get; set; }

    public void Take(SessionTokens tokens, DateTimeOffset now)
    {
        AccessToken = tokens.AccessToken;
        RefreshToken = tokens.RefreshToken;
        ObtainedAt = now;
    }
}

/// <summary>
/// The accounts that earlier runs registered at one server, in a private file, because a registration costs the server
/// a fifth of a second on purpose. All accounts of a file have the same random password.
/// </summary>
internal sealed class AccountCache
{
    public required string Prefix { get; init; }
    public required string Password { get; init; }
    public List<Account> Accounts { get; init; } = [];

    public static string DefaultPathFor(Uri server)
    {
        var caches =
            Environment.GetEnvironmentVariable("XDG_CACHE_HOME")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return Path.Combine(caches, "chatalot-bench", $"accounts-{server.Host}-{server.Port}.json");
    }

    public static AccountCache Load(string path)
    {
        if (
            File.Exists(path)
            && JsonSerializer.Deserialize(File.ReadAllBytes(path), AccountJson.Default.AccountCache) is { } cache
        )
            return cache;
        return new AccountCache
        {
            Prefix = $"bench-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(3))}",
            Password = $"Bench-1-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12))}",
        };
    }

    public void Save(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using var file = new FileStream(path, options);
        JsonSerializer.Serialize(file, this, AccountJson.Default.AccountCache);
    }
}

[JsonSerializable(typeof(AccountCache))]
internal sealed partial class AccountJson : JsonSerializerContext;
