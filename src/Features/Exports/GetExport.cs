using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Exports;

/// <summary>GET /api/account/export: how far the caller's last export is.</summary>
internal sealed class GetExport(NpgsqlDataSource database, ExportWorker worker) : EndpointWithoutRequest<ExportResponse>
{
    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/account/export");
        Summary("State of the own data export", 404);
    }

    /// <inheritdoc/>
    public override async Task<ExportResponse> ExecuteAsync(CancellationToken ct)
    {
        var export =
            await database.FirstAsync(
                $"select {ExportResponse.Columns} from personal_exports where user_id = $1",
                ExportResponse.Read,
                ct,
                User.Id()
            ) ?? throw Failure.NotFound("no export was asked for").AsException();
        if (export.State is "waiting" or "running")
            worker.Wake();
        return export;
    }
}
