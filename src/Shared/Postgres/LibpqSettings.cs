using System.Globalization;
using Npgsql;

namespace Chatalot.Shared.Postgres;

/// <summary>
/// libpq's names of connection settings, put into Npgsql's. Errors are values that never hold a password.
/// </summary>
internal sealed class LibpqSettings(NpgsqlConnectionStringBuilder connection)
{
    /// <summary>Settings of other drivers that an operator may already have, and that change nothing here.</summary>
    private static readonly HashSet<string> Ignored =
    [
        "channel_binding",
        "fallback_application_name",
        "gssencmode",
        "keepalives",
        "keepalives_idle",
        "keepalives_interval",
        "keepalives_count",
        "krbsrvname",
        "statement-cache-capacity",
    ];

    private static readonly Dictionary<string, Action<NpgsqlConnectionStringBuilder, string>> Plain = new()
    {
        ["user"] = (connection, value) => connection.Username = value,
        ["password"] = (connection, value) => connection.Password = value,
        ["passfile"] = (connection, value) => connection.Passfile = value,
        ["dbname"] = (connection, value) => connection.Database = value,
        ["application_name"] = (connection, value) => connection.ApplicationName = value,
        ["options"] = (connection, value) => connection.Options = value,
        ["sslrootcert"] = (connection, value) => connection.RootCertificate = value,
        ["sslcert"] = (connection, value) => connection.SslCertificate = value,
        ["sslkey"] = (connection, value) => connection.SslKey = value,
        ["sslpassword"] = (connection, value) => connection.SslPassword = value,
    };

    private static readonly Dictionary<string, SslMode> SslModes = new()
    {
        ["disable"] = SslMode.Disable,
        ["allow"] = SslMode.Allow,
        ["prefer"] = SslMode.Prefer,
        ["require"] = SslMode.Require,
        ["verify-ca"] = SslMode.VerifyCA,
        ["verify-full"] = SslMode.VerifyFull,
    };

    /// <summary>True for a name that libpq and its relatives use.</summary>
    public static bool Knows(string name) =>
        Plain.ContainsKey(Canonical(name))
        || Ignored.Contains(Canonical(name))
        || Canonical(name) is "host" or "hostaddr" or "port" or "sslmode" or "connect_timeout";

    /// <summary>How a setting is called in a message.</summary>
    public static string Describe(string name) =>
        Canonical(name) switch
        {
            "user" => "user name",
            "dbname" => "database name",
            "password" => "password",
            "host" or "hostaddr" => "host",
            "port" => "port",
            var other => $"setting '{other}'",
        };

    /// <summary>Takes over one setting.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    public string? Set(string name, string value)
    {
        var canonical = Canonical(name);
        if (Plain.TryGetValue(canonical, out var set))
        {
            set(connection, value);
            return null;
        }
        return canonical switch
        {
            "host" or "hostaddr" => SetHost(value),
            "port" => SetPort(value),
            "sslmode" => SetSslMode(value),
            "connect_timeout" => SetTimeout(value),
            // One of those to ignore; callers ask first whether a name is known.
            _ => null,
        };
    }

    /// <summary>Checks what can only be seen when all settings are there.</summary>
    /// <returns>What is wrong, or null.</returns>
    public string? Complete()
    {
        if (string.IsNullOrEmpty(connection.Host))
            return "it names no host";
        if (connection.RootCertificate is not { Length: > 0 } certificate)
            return null;
        if (!File.Exists(certificate))
            return $"sslrootcert names '{certificate}', which does not exist";
        // As libpq: who names a root certificate wants it checked.
        if (connection.SslMode == SslMode.Require)
            connection.SslMode = SslMode.VerifyCA;
        return null;
    }

    private static string Canonical(string name) =>
        name.ToLowerInvariant() switch
        {
            "ssl-mode" => "sslmode",
            "ssl-root-cert" or "ssl-ca" => "sslrootcert",
            "ssl-cert" => "sslcert",
            "ssl-key" => "sslkey",
            "database" => "dbname",
            var other => other,
        };

    private string? SetHost(string value)
    {
        if (value.Contains(',', StringComparison.Ordinal))
            return "it names several hosts; name one";
        connection.Host = value;
        return null;
    }

    private string? SetPort(string value)
    {
        if (!ushort.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port == 0)
            return "the port must be a number from 1 to 65535"; // In a URL that lacks '@' this is the password.
        connection.Port = port;
        return null;
    }

    private string? SetSslMode(string value)
    {
        if (!SslModes.TryGetValue(value.ToLowerInvariant(), out var mode))
            return $"sslmode '{value}' must be one of {string.Join(", ", SslModes.Keys)}";
        connection.SslMode = mode;
        return null;
    }

    private string? SetTimeout(string value)
    {
        if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds > 1024)
            return $"connect_timeout '{value}' must be a number of seconds from 0 to 1024";
        connection.Timeout = seconds;
        return null;
    }
}
