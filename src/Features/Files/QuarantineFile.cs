using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;

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
