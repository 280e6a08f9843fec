using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using FluentValidation;

namespace Chatalot.Features.Announcements;

/// <summary>POST /api/admin/announcements: tell everybody something, now and at their next start.</summary>
internal sealed class CreateAnnouncement(IDocumentSession documents, TimeProvider clock)
    : Endpoint<CreateAnnouncement.Command, AnnouncementResponse>
{
    private const int HoursPerYear = 8760;

    /// <param name="Title">1 to 200 characters.</param>
    /// <param name="Body">1 to 5000 characters.</param>
    /// <param name="ExpiresInHours">1 to 8760; null: never.</param>
    public sealed record Command(string Title, string Body, int? ExpiresInHours);

    /// <inheritdoc/>
    public sealed class Rules : Validator<Command>
    {
        /// <summary>White space around does not count.</summary>
        public Rules()
        {
            RuleFor(a => a.Title)
                .Must(title => DisplayText.Length(title.Trim()) is >= 1 and <= 200)
                .WithMessage("title must be 1-200 characters");
            RuleFor(a => a.Body)
                .Must(body => DisplayText.Length(body.Trim()) is >= 1 and <= 5000)
                .WithMessage("body must be 1-5000 characters");
            RuleFor(a => a.ExpiresInHours)
                .InclusiveBetween(1, HoursPerYear)
                .WithMessage("expires_in_hours must be between 1 and 8760");
        }
    }

    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/admin/announcements");
        Policies(InstancePolicy.Operator);
        Summary("Publish an announcement", 403);
    }

    /// <inheritdoc/>
    public override async Task<AnnouncementResponse> ExecuteAsync(Command command, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var announcement = new AnnouncementResponse(
            Guid.CreateVersion7(now),
            command.Title.Trim(),
            command.Body.Trim(),
            User.Id(),
            now,
            command.ExpiresInHours is { } hours ? now.AddHours(hours) : null
        );
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        documents.QueueSqlCommand(
            "insert into announcements (id, title, body, created_by, created_at, expires_at) values (?, ?, ?, ?, ?, ?)",
            announcement.Id,
            announcement.Title,
            announcement.Body,
            announcement.CreatedBy,
            announcement.CreatedAt,
            announcement.ExpiresAt
        );
        documents.QueueAudit(
            "admin_create_announcement",
            User.Id(),
            AuditOrigin.Of(HttpContext),
            now,
            new() { ["announcement_id"] = announcement.Id.ToString() }
        );
        await documents.SaveChangesAsync(ct);
        await AnnouncementBroadcast.SignalAsync(connection, announcement.Id, ct);
        await transaction.CommitAsync(CancellationToken.None);
        return announcement;
    }
}
