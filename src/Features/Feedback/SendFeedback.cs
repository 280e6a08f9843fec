using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Feedback;

/// <summary>
/// POST /api/feedback: tell the operators something about the product, with a picture if need be. It is kept here;
/// where an issue tracker is configured it is filed there too. At most 10 a day.
/// </summary>
internal sealed class SendFeedback(NpgsqlDataSource database, IssueTracker tracker, TimeProvider clock)
    : EndpointWithoutRequest<SendFeedback.Response>
{
    private const int MostPerDay = 10;

    /// <param name="Success">Always true.</param>
    /// <param name="IssueNumber">Number at the issue tracker, if it was filed there.</param>
    /// <param name="Message">For people.</param>
    public sealed record Response(bool Success, int? IssueNumber, string Message);

    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/feedback");
        AllowFileUploads();
        Summary("Send feedback to the operators", 429);
    }

    /// <inheritdoc/>
    public override async Task<Response> ExecuteAsync(CancellationToken ct)
    {
        var feedback = await FeedbackForm.ReadAsync(HttpContext.Request, ct);
        var id = await StoreAsync(feedback, ct);
        // It is kept: it is filed also when the sender does not wait, within the tracker's own limit of time.
        var issue = await tracker.FileAsync(feedback, CancellationToken.None);
        if (issue is not null)
            await database.ExecuteAsync(
                "update feedback set issue_number = $2 where id = $1",
                CancellationToken.None,
                id,
                issue
            );
        return new(Success: true, issue, "Feedback submitted successfully. Thank you!");
    }

    private async Task<Guid> StoreAsync(FeedbackForm feedback, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await connection.ExecuteAsync("select from mt_doc_user where id = $1 for no key update", ct, User.Id());
        var stored = await connection.ExecuteAsync(
            """
            insert into feedback (id, user_id, category, title, description, screenshot, screenshot_type, created_at)
            select $1, $2, $3, $4, $5, $6::bytea, $7, $8
            where (select count(*) from feedback where user_id = $2 and created_at > $9) < $10
            """,
            ct,
            id,
            User.Id(),
            feedback.Category,
            feedback.Title,
            feedback.Description,
            feedback.Screenshot,
            feedback.ScreenshotType,
            now,
            now.AddDays(-1),
            MostPerDay
        );
        if (stored == 0)
            throw Failure.RateLimited("too much feedback today, please try again tomorrow", 3600).AsException();
        await transaction.CommitAsync(CancellationToken.None);
        return id;
    }
}
