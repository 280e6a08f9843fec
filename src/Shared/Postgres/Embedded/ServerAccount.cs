using System.Globalization;

namespace Chatalot.Shared.Postgres.Embedded;

/// <summary>
/// The unprivileged user that PostgreSQL runs as when this process is root: PostgreSQL refuses to be root.
/// </summary>
internal sealed record ServerAccount(string Name, uint UserId, uint GroupId)
{
    private static readonly string[] Candidates = ["postgres", "_postgres", "chatalot"];

    /// <summary>The user to drop to, or null when this process is unprivileged and runs PostgreSQL as itself.</summary>
    /// <exception cref="EmbeddedPostgresException">This process is root and no suitable user exists.</exception>
    public static ServerAccount? ForThisProcess() =>
        Environment.IsPrivilegedProcess ? FindIn(File.ReadLines("/etc/passwd")) : null;

    /// <summary>The first suitable user among the lines of a passwd file.</summary>
    /// <exception cref="EmbeddedPostgresException">There is none.</exception>
    internal static ServerAccount FindIn(IEnumerable<string> passwd)
    {
        var accounts = passwd.Select(Parse).OfType<ServerAccount>().Where(account => account.UserId != 0).ToList();
        return Candidates
                .Select(name => accounts.Find(account => account.Name == name))
                .FirstOrDefault(account => account is not null)
            ?? throw new EmbeddedPostgresException(
                "PostgreSQL must not run as root, and this machine has no user 'postgres' to run it as. "
                    + "Create one (useradd --system postgres) or start the server as an unprivileged user."
            );
    }

    private static ServerAccount? Parse(string line)
    {
        var fields = line.Split(':');
        return
            fields.Length >= 4
            && uint.TryParse(fields[2], CultureInfo.InvariantCulture, out var userId)
            && uint.TryParse(fields[3], CultureInfo.InvariantCulture, out var groupId)
            ? new ServerAccount(fields[0], userId, groupId)
            : null;
    }
}
