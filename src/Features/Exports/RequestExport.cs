using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Features.Auth;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;

namespace Chatalot.Features.Exports;

/// <summary>
/// POST /api/account/export: ask for everything that the server holds about the caller, as one archive. Needs the
/// password, for a stolen token must not be enough. One at a time; the next one a day after the last.
/// </summary>
internal sealed class RequestExport(
    IDocumentStore store,
    PasswordCheckpoint passwords,
    ExportWorker worker,
    TimeProvider clock
) : Endpoint<RequestExport.Command, ExportResponse>
{
    private static readonly Failure WrongPassword = Failure.Validation("password is incorrect");

    /// <param name="Password">The caller's.</param>
    public sealed record Command(string Password);

    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/account/export");
        Summary("Ask for an archive of one's own data", 429);
    }

    /// <inheritdoc/>
    public override async Task<ExportResponse> ExecuteAsync(Command command, CancellationToken ct)
    {
        var device = ClientDevice.Of(HttpContext);
        await passwords.PassAsync(User.Id(), command.Password, WrongPassword, "data_export_failed", device, ct);
        var now = clock.GetUtcNow();
        await using var documents = store.LightweightSession();
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var export = await connection.FirstAsync(
            $"""
            insert into personal_exports (user_id, id, state, requested_at, touched_at)
            values ($1, $2, 'waiting', $3, $3)
            on conflict (user_id) do update
                set id = excluded.id, state = 'waiting', progress = 0, size_bytes = null, expires_at = null,
                    requested_at = excluded.requested_at, touched_at = excluded.touched_at
                where personal_exports.state = 'failed'
                   or (personal_exports.state in ('downloaded', 'expired') and personal_exports.requested_at < $4)
            returning {ExportResponse.Columns}
            """,
            ExportResponse.Read,
            ct,
            User.Id(),
            Guid.CreateVersion7(now),
            now,
            now.AddDays(-1)
        );
        if (export is null)
            throw Failure.RateLimited("an export was asked for already, please try again tomorrow", 3600).AsException();
        documents.QueueAudit(
            "data_export_requested",
            User.Id(),
            device.Origin,
            now,
            new() { ["export_id"] = export.Id.ToString() }
        );
        await documents.SaveChangesAsync(ct);
        await transaction.CommitAsync(CancellationToken.None);
        worker.Wake();
        return export;
    }
}
