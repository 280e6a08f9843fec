using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Files;

/// <summary>Contents that nobody may upload, by SHA-256 of the bytes as sent or as kept.</summary>
internal sealed class BlockedContents(NpgsqlDataSource database)
{
    /// <summary>Refuses a blocked content.</summary>
    /// <exception cref="FailureException">400.</exception>
    public async Task RequireAllowedAsync(string checksum, CancellationToken ct)
    {
        var isBlocked = await database.FirstAsync(
            "select exists (select from blocked_hashes where hash = $1)",
            row => row.GetBoolean(0),
            ct,
            checksum
        );
        if (isBlocked)
            throw Failure.Validation("this file has been blocked by an administrator").AsException();
    }
}
