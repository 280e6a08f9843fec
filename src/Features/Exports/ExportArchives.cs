using Chatalot.Shared.Postgres;
using Chatalot.Shared.Storage;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Chatalot.Features.Exports;

/// <summary>
/// The archives of accounts that go: everything about a person in one file, which must not outlive them. Where a crash
/// comes in between, the orphan job finds it.
/// </summary>
public sealed class ExportArchives(IBlobStorage storage, ILogger<ExportArchives> log)
{
    /// <summary>
    /// Takes the record out in the caller's transaction, and with it the right to finish the archive. Its id is for
    /// <see cref="DeleteAsync"/> after the commit; null: there is none.
    /// </summary>
    public static async Task<Guid?> ForgetAsync(NpgsqlConnection connection, Guid userId, CancellationToken ct) =>
        await connection.FirstAsync(
            "delete from personal_exports where user_id = $1 returning id",
            row => (Guid?)row.GetGuid(0),
            ct,
            userId
        );

    /// <summary>Deletes the archive, if it was made.</summary>
    public Task DeleteAsync(Guid exportId) => storage.DeleteOrLogAsync(ExportArchive.KeyOf(exportId), log);
}
