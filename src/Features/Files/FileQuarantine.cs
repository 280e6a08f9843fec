using System.Text.Json.Nodes;
using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Microsoft.AspNetCore.Http;

namespace Chatalot.Features.Files;

/// <summary>POST /api/admin/files/{id}/quarantine: hide a file but keep it. Operators only.</summary>
internal sealed class QuarantineFile(FileQuarantine quarantine) : Endpoint<QuarantineFile.Command>
{
    /// <summary>Which file.</summary>
    /// <param name="Id">Its id.</param>
    public sealed record Command(Guid Id);

    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/admin/files/{id}/quarantine");
        Policies(InstancePolicy.Operator);
        Summary("Hide a file but keep it", 403, 404);
    }

    /// <inheritdoc/>
    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        if (!await quarantine.BeginAsync(command.Id, HttpContext, ct))
            throw Failure.NotFound("file not found or already quarantined").AsException();
        return null;
    }
}

/// <summary>POST /api/admin/files/{id}/unquarantine: show it again. Operators only.</summary>
internal sealed class UnquarantineFile(FileQuarantine quarantine) : Endpoint<UnquarantineFile.Command>
{
    /// <summary>Which file.</summary>
    /// <param name="Id">Its id.</param>
    public sealed record Command(Guid Id);

    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/admin/files/{id}/unquarantine");
        Policies(InstancePolicy.Operator);
        Summary("Show a file in quarantine again", 403, 404);
    }

    /// <inheritdoc/>
    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        if (!await quarantine.EndAsync(command.Id, HttpContext, ct))
            throw Failure.NotFound("file not found or not quarantined").AsException();
        return null;
    }
}

/// <summary>Changes a file's state and writes it down, in one transaction; of two at once one succeeds.</summary>
internal sealed class FileQuarantine(IDocumentSession documents, TimeProvider clock)
{
    public Task<bool> BeginAsync(Guid fileId, HttpContext context, CancellationToken ct) =>
        ChangeAsync(
            "update files set quarantined_at = $2, quarantined_by = $3 where id = $1 and quarantined_at is null",
            [fileId, clock.GetUtcNow(), context.User.Id()],
            "admin_quarantine_file",
            context,
            ct
        );

    public Task<bool> EndAsync(Guid fileId, HttpContext context, CancellationToken ct) =>
        ChangeAsync(
            "update files set quarantined_at = null, quarantined_by = null where id = $1 and quarantined_at is not null",
            [fileId],
            "admin_unquarantine_file",
            context,
            ct
        );

    private async Task<bool> ChangeAsync(
        string sql,
        object?[] values,
        string action,
        HttpContext context,
        CancellationToken ct
    )
    {
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (await connection.ExecuteAsync(sql, ct, values) == 0)
            return false;
        documents.QueueAudit(
            action,
            context.User.Id(),
            AuditOrigin.Of(context),
            clock.GetUtcNow(),
            new JsonObject { ["file_id"] = values[0]!.ToString() }
        );
        await documents.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return true;
    }
}
