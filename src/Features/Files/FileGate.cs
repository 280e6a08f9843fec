using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Files;

/// <summary>What somebody wants of a file.</summary>
internal enum FileUse
{
    /// <summary>Its bytes.</summary>
    Read,

    /// <summary>Its thumbnail: operators see those of all files in their list.</summary>
    Preview,

    /// <summary>Name, size, type.</summary>
    Look,

    /// <summary>That it is gone.</summary>
    Delete,
}

/// <summary>What somebody is to a file, at this moment.</summary>
/// <param name="IsUploader">It is theirs.</param>
/// <param name="IsOperator">Admin or owner of the instance.</param>
/// <param name="IsMember">Member of the file's channel; false for files without one.</param>
/// <param name="IsReported">Somebody reported it, and no operator has settled that yet.</param>
internal readonly record struct FileRelation(bool IsUploader, bool IsOperator, bool IsMember, bool IsReported)
{
    /// <summary>
    /// They may see it as an operator only, who has to judge it: a look at its bytes is written down.
    /// </summary>
    public bool IsJudging(StoredFile file) =>
        IsOperator && (file.IsQuarantined || (IsReported && file.ChannelId is not null && !IsMember));

    /// <summary>
    /// Why they may not, or null (contract, files.md section 8 with "Do better" 17 to 19). Who may not know of the file
    /// learns the same as of one that is not there. Quarantine hides a file from everybody but operators, who need no
    /// membership to judge it, nor for one that was reported.
    /// </summary>
    public Failure? RefusalTo(FileUse use, StoredFile file)
    {
        if (!IsUploader && !IsOperator && !IsMember)
            return FileGate.NotFound;
        if (use is FileUse.Delete)
            return IsOperator || (IsUploader && !file.IsQuarantined) ? null : Failure.Forbidden;
        if (file.IsQuarantined)
            return IsOperator ? null : Failure.Forbidden;
        if (IsOperator && (use is FileUse.Preview || IsReported))
            return null;
        return file.ChannelId is null || IsMember ? null : Failure.Forbidden;
    }
}

/// <summary>Finds files and decides who may do what with them; nothing of it is remembered.</summary>
internal sealed class FileGate(NpgsqlDataSource database, ChannelAccess channels, AccountDirectory accounts)
{
    public static Failure NotFound { get; } = Failure.NotFound("file not found");

    /// <summary>The file, for somebody who may do this with it.</summary>
    /// <exception cref="FailureException">404 for those who may not know of it, 403 for those who may.</exception>
    public async Task<StoredFile> RequireAsync(Guid fileId, Guid callerId, FileUse use, CancellationToken ct) =>
        (await RequireRelationAsync(fileId, callerId, use, ct)).File;

    /// <summary>The same, and what they are to it.</summary>
    /// <inheritdoc cref="RequireAsync"/>
    public async Task<(StoredFile File, FileRelation Relation)> RequireRelationAsync(
        Guid fileId,
        Guid callerId,
        FileUse use,
        CancellationToken ct
    )
    {
        var file = await FindAsync(fileId, ct) ?? throw NotFound.AsException();
        var relation = await RelationAsync(file, callerId, ct);
        return relation.RefusalTo(use, file) is { } refusal ? throw refusal.AsException() : (file, relation);
    }

    public Task<StoredFile?> FindAsync(Guid fileId, CancellationToken ct) =>
        database.FirstAsync($"select {StoredFile.Columns} from files f where f.id = $1", StoredFile.Read, ct, fileId);

    private async Task<FileRelation> RelationAsync(StoredFile file, Guid callerId, CancellationToken ct)
    {
        var account = await accounts.FindAsync(callerId, ct);
        var isOperator = account is { IsAdmin: true } or { IsOwner: true };
        return new FileRelation(
            IsUploader: file.UploaderId == callerId,
            isOperator,
            IsMember: file.ChannelId is { } channel && await channels.FindAsync(channel, callerId, ct) is not null,
            // Nobody else gains anything by a report, so nobody else's request pays for the question.
            IsReported: isOperator && await IsReportedAsync(file.Id, ct)
        );
    }

    /// <summary>A report that is settled or dismissed opens nothing any more.</summary>
    private Task<bool> IsReportedAsync(Guid fileId, CancellationToken ct) =>
        database.FirstAsync(
            """
            select exists (
                select from reports
                where target_id = $1 and report_type = 'file' and status in ('pending', 'reviewed')
            )
            """,
            row => row.GetBoolean(0),
            ct,
            fileId
        );
}
