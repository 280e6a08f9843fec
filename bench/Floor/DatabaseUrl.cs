using Npgsql;

namespace Chatalot.Bench.Floor;

/// <summary>Accepts what the server's DATABASE_URL accepts: a <c>postgres://</c> URL or a key=value string.</summary>
internal static class DatabaseUrl
{
    public static string ToConnectionString(string text)
    {
        if (
            !text.StartsWith("postgres://", StringComparison.Ordinal)
            && !text.StartsWith("postgresql://", StringComparison.Ordinal)
        )
            return text;
        var url = new Uri(text);
        var user = url.UserInfo.Split(':', 2);
        return new NpgsqlConnectionStringBuilder
        {
            Host = url.Host,
            Port = url.Port > 0 ? url.Port : 5432,
            Username = Uri.UnescapeDataString(user[0]),
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
            Database = url.AbsolutePath.Trim('/'),
        }.ConnectionString;
    }
}
