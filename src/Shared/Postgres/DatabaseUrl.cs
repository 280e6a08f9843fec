using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace Chatalot.Shared.Postgres;

/// <summary>
/// Reads what operators write into <c>DATABASE_URL</c>: <c>postgres://</c> and <c>postgresql://</c> URLs, libpq's
/// <c>host=... dbname=...</c> and Npgsql's <c>Host=...;Database=...</c>. Whatever is wrong is told without the
/// password.
/// </summary>
public static class DatabaseUrl
{
    private static readonly string[] Schemes = ["postgres://", "postgresql://"];

    /// <summary>Reads a connection string of any of the three forms.</summary>
    /// <param name="text">The text; space around it is ignored.</param>
    /// <param name="connection">The settings, when the text is right.</param>
    /// <param name="error">What is wrong, fit for a log: one line, no password.</param>
    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out NpgsqlConnectionStringBuilder? connection,
        [NotNullWhen(false)] out string? error
    )
    {
        text = text.Trim();
        connection = new NpgsqlConnectionStringBuilder();
        var settings = new LibpqSettings(connection);
        error =
            text.Length == 0 ? "it is empty"
            : Array.Find(Schemes, name => text.StartsWith(name, StringComparison.Ordinal)) is { } scheme
                ? ReadUrl(text[scheme.Length..], settings)
            : LooksLikeUrl(text) ? "a URL must start with postgres:// or postgresql://"
            : IsLibpq(text) ? ReadPairs(text, settings)
            : ReadNpgsql(text, connection);
        error ??= settings.Complete();
        if (error is not null)
            connection = null;
        return error is null;
    }

    private static bool LooksLikeUrl(string text) =>
        text.IndexOf("://", StringComparison.Ordinal) is > 0 and var at && !text.AsSpan(0, at).ContainsAny("= ;");

    /// <summary>
    /// Pairs are separated by spaces in libpq's form and by semicolons in Npgsql's; a single pair is either.
    /// </summary>
    private static bool IsLibpq(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0)
            return false;
        var value = text.AsSpan(equals + 1).TrimStart();
        var end = value.StartsWith("'") ? value[1..].IndexOf('\'') + 2 : value.IndexOfAny(' ', ';');
        return end <= 0 || end >= value.Length
            ? LibpqSettings.Knows(text[..equals].Trim())
            : value[end..].TrimStart() is not [';', ..];
    }

    private static string? ReadUrl(string rest, LibpqSettings settings)
    {
        if (rest.Contains('#', StringComparison.Ordinal))
            return "it holds '#', which must be written as %23 in a user name or password";
        var (beforeQuery, query) = Split(rest, '?');
        if (query.Contains('@', StringComparison.Ordinal))
            return "it holds '?' before '@', which must be written as %3F in a user name or password";
        // A raw '@' in a password is a common slip that has one meaning only: the host follows the last one.
        var at = beforeQuery.LastIndexOf('@');
        var (credentials, location) = at < 0 ? ("", beforeQuery) : (beforeQuery[..at], beforeQuery[(at + 1)..]);
        var (host, database) = Split(location, '/');
        var (user, password) = Split(credentials, ':');
        return ReadHost(host, settings)
            ?? SetDecoded("user", user, settings)
            ?? SetDecoded("password", password, settings)
            ?? SetDecoded("dbname", database, settings)
            ?? ReadQuery(query, settings);
    }

    private static string? ReadHost(string text, LibpqSettings settings)
    {
        if (text.Contains(',', StringComparison.Ordinal))
            return "it names several hosts; name one";
        if (!text.StartsWith('['))
        {
            var (name, port) = Split(text, ':');
            return SetDecoded("host", name, settings) ?? SetDecoded("port", port, settings);
        }
        var close = text.IndexOf(']', StringComparison.Ordinal);
        if (close < 0 || !System.Net.IPAddress.TryParse(text.AsSpan(1, close - 1), out _))
            return "the IPv6 address in brackets is not an address";
        var after = text[(close + 1)..];
        return after is "" or [':', ..]
            ? settings.Set("host", text[1..close]) ?? SetDecoded("port", after.TrimStart(':'), settings)
            : "only a port may follow the address in brackets";
    }

    private static string? ReadQuery(string query, LibpqSettings settings)
    {
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = Split(pair, '=');
            if ((UnknownName(name, query) ?? SetDecoded(name, value, settings)) is { } error)
                return error;
        }
        return null;
    }

    private static string? UnknownName(string name, string text) =>
        LibpqSettings.Knows(name) ? null : Unknown(name, text);

    /// <summary>
    /// What looks like a name after the password may be a part of it that lacks quotes: that must not be printed.
    /// </summary>
    private static string Unknown(string name, string text)
    {
        var before = text.AsSpan(0, Math.Max(0, text.IndexOf(name, StringComparison.OrdinalIgnoreCase)));
        return
            before.Contains("password", StringComparison.OrdinalIgnoreCase)
            || before.Contains("pwd", StringComparison.OrdinalIgnoreCase)
            ? "a setting after the password is not known; is the password in quotes?"
            : $"'{name}' is not a setting that is known";
    }

    private static string? SetDecoded(string name, string value, LibpqSettings settings)
    {
        if (value.Length == 0)
            return null;
        for (var at = value.IndexOf('%'); at >= 0; at = value.IndexOf('%', at + 1))
            if (at + 2 >= value.Length || !char.IsAsciiHexDigit(value[at + 1]) || !char.IsAsciiHexDigit(value[at + 2]))
                return $"'%' in the {LibpqSettings.Describe(name)} must be written as %25";
        return settings.Set(name, Uri.UnescapeDataString(value));
    }

    private static string? ReadPairs(string text, LibpqSettings settings)
    {
        for (var at = 0; ; )
        {
            while (at < text.Length && char.IsWhiteSpace(text[at]))
                at++;
            if (at == text.Length)
                return null;
            var equals = text.IndexOf('=', at);
            if (equals < 0)
                return "a setting at its end has no '='";
            var name = text[at..equals].Trim();
            if (UnknownName(name, text) is { } unknown)
                return unknown;
            at = equals + 1;
            if (ReadValue(text, ref at) is not { } value)
                return $"the quote around {LibpqSettings.Describe(name)} is not closed";
            if (settings.Set(name, value) is { } error)
                return error;
        }
    }

    /// <summary>
    /// libpq's quoting: single quotes around, a backslash before a quote or backslash. Null: no closing quote.
    /// </summary>
    private static string? ReadValue(string text, ref int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
            at++;
        var quoted = at < text.Length && text[at] == '\'';
        if (quoted)
            at++;
        var value = new System.Text.StringBuilder();
        for (; at < text.Length; at++)
        {
            if (quoted ? text[at] == '\'' : char.IsWhiteSpace(text[at]))
            {
                at++;
                return value.ToString();
            }
            if (text[at] == '\\' && at + 1 < text.Length)
                at++;
            value.Append(text[at]);
        }
        return quoted ? null : value.ToString();
    }

    private static string? ReadNpgsql(string text, NpgsqlConnectionStringBuilder connection)
    {
        var pairs = new System.Data.Common.DbConnectionStringBuilder();
        try
        {
            pairs.ConnectionString = text;
        }
        catch (ArgumentException)
        {
            return "it is neither a postgres:// URL nor a list of name=value settings";
        }
        foreach (string name in pairs.Keys)
        {
            try
            {
                connection[name] = pairs[name];
            }
            catch (Exception reason) when (reason is ArgumentException or FormatException or OverflowException)
            {
                return connection.ContainsKey(name) ? $"the value of '{name}' is not valid" : Unknown(name, text);
            }
        }
        return null;
    }

    private static (string Before, string After) Split(string text, char separator) =>
        text.IndexOf(separator, StringComparison.Ordinal) is >= 0 and var at
            ? (text[..at], text[(at + 1)..])
            : (text, "");
}
