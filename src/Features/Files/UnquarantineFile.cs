using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;

namespace Chatalot.Features.Files;

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
