using Chatalot.Shared.Documents;
using Npgsql;

namespace Chatalot.Features.Auth;

/// <summary>Codes by which people may register while registration is by invite only.</summary>
internal static class RegistrationInvites
{
    /// <summary>The column whose null marks an invite that cannot be used.</summary>
    private const string UsedInvite = "invite_id";

    private static readonly string Exists =
        $"select exists (select from registration_invites where {Usable("$1", "$2")})";

    private static readonly string Use = $"""
        with used as (
            update registration_invites set used_count = used_count + 1
            where {Usable("?", "?")} returning id
        )
        insert into registration_invite_uses (invite_id, user_id, used_at) values ((select id from used), ?, ?)
        """;

    /// <summary>Whether the code could be used at this moment.</summary>
    public static async Task<bool> IsUsableAsync(
        NpgsqlConnection connection,
        string code,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand(Exists, connection);
        command.Parameters.Add(new() { Value = code });
        command.Parameters.Add(new() { Value = now });
        return await command.ExecuteScalarAsync(ct) is true;
    }

    /// <summary>Uses the code up by one, or fails the whole unit of work; see <see cref="IsUsedUp"/>.</summary>
    public static void QueueUse(IDocumentSession documents, string code, Guid userId, DateTimeOffset now) =>
        documents.QueueSqlCommand(Use, code, now, userId, now);

    /// <summary>Whether the unit of work failed because the code cannot be used.</summary>
    public static bool IsUsedUp(PostgresException exception) =>
        exception.SqlState == PostgresErrorCodes.NotNullViolation
        && exception.TableName == "registration_invite_uses"
        && exception.ColumnName == UsedInvite;

    private static string Usable(string code, string now) =>
        $"code = {code} and (expires_at is null or expires_at > {now}) and (max_uses is null or used_count < max_uses)";
}
