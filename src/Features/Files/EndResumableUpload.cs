using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Microsoft.AspNetCore.Http;

namespace Chatalot.Features.Files;

/// <summary>DELETE /api/files/resumable/{upload_id}: give an own upload up (tus 1.0, termination).</summary>
internal sealed class EndResumableUpload(ResumableUploads uploads, FilesOptions options)
    : Endpoint<EndResumableUpload.Command, IResult>
{
    /// <summary>Which upload.</summary>
    /// <param name="UploadId">Its id.</param>
    public sealed record Command(Guid UploadId);

    /// <inheritdoc/>
    public override void Configure()
    {
        Delete($"{TusProtocol.Route}/{{upload_id}}");
        Summary("Give a resumable upload up (tus 1.0)", 404, 410, 412);
        Answers(StatusCodes.Status204NoContent);
    }

    /// <inheritdoc/>
    public override async Task<IResult> ExecuteAsync(Command command, CancellationToken ct)
    {
        TusProtocol.Begin(HttpContext, options);
        await uploads.RequireAsync(command.UploadId, User.Id(), ct);
        await uploads.EndAsync(command.UploadId);
        return TypedResults.NoContent();
    }
}
