using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Chatalot.Features.Feedback;

/// <summary>GET /api/admin/feedback/{id}/screenshot: the picture that came with feedback.</summary>
internal sealed class GetFeedbackScreenshot(NpgsqlDataSource database) : Endpoint<GetFeedbackScreenshot.Query, IResult>
{
    /// <param name="Id">Which feedback.</param>
    public sealed record Query(Guid Id);

    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/admin/feedback/{id}/screenshot");
        Policies(InstancePolicy.Operator);
        Summary("Picture of a feedback", 403, 404);
    }

    /// <inheritdoc/>
    public override async Task<IResult> ExecuteAsync(Query query, CancellationToken ct) =>
        await database.FirstAsync(
            "select screenshot, screenshot_type from feedback where id = $1 and screenshot is not null",
            row => TypedResults.Bytes(row.GetFieldValue<byte[]>(0), row.GetString(1)),
            ct,
            query.Id
        ) ?? throw Failure.NotFound("screenshot not found").AsException();
}
