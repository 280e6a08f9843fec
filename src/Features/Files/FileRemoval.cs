using Chatalot.Shared.Documents;
using Chatalot.Shared.Postgres;

namespace Chatalot.Features.Files;

/// <summary>
/// Removes one file together with what its unit of work holds, its audit entry above all: of two removals at once one
/// succeeds, and what became evidence in the meantime stays for operators to judge. The bytes go after the commit.
/// </summary>
internal sealed class FileRemoval(IDocumentSession documents, FileContents contents)
{
    /// <summary>False: the file is gone, or is evidence and stays; nothing of the unit of work is stored.</summary>
    /// <param name="file">Which file.</param>
    /// <param name="evenEvidence">Also when it is in quarantine.</param>
    /// <param name="ct">Ends the work.</param>
    public async Task<bool> RunAsync(StoredFile file, bool evenEvidence, CancellationToken ct)
    {
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        const string sql = "delete from files where id = $1 and ($2 or quarantined_at is null)";
        if (await connection.ExecuteAsync(sql, ct, file.Id, evenEvidence) == 0)
            return false;
        await documents.SaveChangesAsync(ct);
        await transaction.CommitAsync(CancellationToken.None);
        // What follows takes a connection of its own: holding two, a crowd would wait for each other.
        await connection.CloseAsync();
        await contents.DropUnusedAsync(
            [new FileContent(file.StoragePath, file.StoredChecksum)],
            CancellationToken.None
        );
        return true;
    }
}
