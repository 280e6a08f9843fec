using System.Text.Json.Nodes;
using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using FluentValidation;

namespace Chatalot.Features.Reports;

/// <summary>
/// POST /api/admin/reports/{id}/review: say what became of a report. Each review is kept; notes that are left out stay
/// as they were.
/// </summary>
internal sealed class ReviewReport(IDocumentSession documents, TimeProvider clock)
    : Endpoint<ReviewReport.Command, ReportResponse>
{
    private static readonly string[] States = ["reviewed", "resolved", "dismissed"];

    /// <param name="Id">Which report.</param>
    /// <param name="Status"><c>reviewed</c>, <c>resolved</c> or <c>dismissed</c>.</param>
    /// <param name="AdminNotes">At most 5000 characters.</param>
    public sealed record Command(Guid Id, string Status, string? AdminNotes);

    /// <inheritdoc/>
    public sealed class Rules : Validator<Command>
    {
        /// <summary>In the contract's words.</summary>
        public Rules()
        {
            RuleFor(review => review.Status)
                .Must(status => States.Contains(status))
                .WithMessage("status must be 'reviewed', 'resolved', or 'dismissed'");
            RuleFor(review => review.AdminNotes)
                .Must(notes => DisplayText.Length(notes ?? "") <= 5000)
                .WithMessage("admin notes must be at most 5000 characters");
        }
    }

    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/admin/reports/{id}/review");
        Policies(InstancePolicy.Operator);
        Summary("Review a report", 403, 404);
    }

    /// <inheritdoc/>
    public override async Task<ReportResponse> ExecuteAsync(Command command, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var report =
            await connection.FirstAsync(
                $"""
                update reports set status = $2, reviewed_by = $3, reviewed_at = $4,
                    admin_notes = coalesce($5, admin_notes)
                where id = $1
                returning {ReportResponse.Columns}
                """,
                ReportResponse.Read,
                ct,
                command.Id,
                command.Status,
                User.Id(),
                now,
                command.AdminNotes
            ) ?? throw Failure.NotFound("report not found").AsException();
        documents.QueueSqlCommand(
            """
            insert into report_reviews (id, report_id, status, reviewed_by, admin_notes, reviewed_at)
            values (?, ?, ?, ?, ?, ?)
            """,
            Guid.CreateVersion7(now),
            command.Id,
            command.Status,
            User.Id(),
            command.AdminNotes,
            now
        );
        documents.QueueAudit(
            "report_reviewed",
            User.Id(),
            AuditOrigin.Of(HttpContext),
            now,
            new JsonObject { ["report_id"] = command.Id.ToString(), ["new_status"] = command.Status }
        );
        await documents.SaveChangesAsync(ct);
        await transaction.CommitAsync(CancellationToken.None);
        return report;
    }
}
