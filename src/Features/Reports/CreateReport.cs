using System.Text.Json.Nodes;
using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using FluentValidation;
using Npgsql;

namespace Chatalot.Features.Reports;

/// <summary>
/// POST /api/reports: ask operators to look at something that the caller can see. Reporting it again while it waits
/// changes the report. At most 20 new ones an hour; operators who are there hear of each.
/// </summary>
internal sealed class CreateReport(IDocumentSession documents, ReportTargets targets, TimeProvider clock)
    : Endpoint<CreateReport.Command, ReportResponse>
{
    private const int MostPerHour = 20;
    private static readonly string[] Types = ["message", "user", "file"];

    /// <param name="ReportType"><c>message</c>, <c>user</c> or <c>file</c>.</param>
    /// <param name="TargetId">What is reported.</param>
    /// <param name="Reason">1 to 2000 characters.</param>
    /// <param name="Content">What the reporter read, at most 5000 characters; operators cannot decrypt messages.</param>
    public sealed record Command(string ReportType, Guid TargetId, string Reason, string? Content);

    /// <inheritdoc/>
    public sealed class Rules : Validator<Command>
    {
        /// <summary>In the contract's words.</summary>
        public Rules()
        {
            RuleFor(report => report.ReportType)
                .Must(type => Types.Contains(type))
                .WithMessage("report_type must be 'message', 'user', or 'file'");
            RuleFor(report => report.Reason)
                .Must(reason => DisplayText.Length(reason.Trim()) is >= 1 and <= 2000)
                .WithMessage("reason must be 1-2000 characters");
            RuleFor(report => report.Content)
                .Must(content => DisplayText.Length(content ?? "") <= 5000)
                .WithMessage("content must be at most 5000 characters");
        }
    }

    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/reports");
        Summary("Report a message, user or file", 404, 429);
    }

    /// <inheritdoc/>
    public override async Task<ReportResponse> ExecuteAsync(Command command, CancellationToken ct)
    {
        var target = await targets.RequireAsync(command.ReportType, command.TargetId, User.Id(), ct);
        var now = clock.GetUtcNow();
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        // Reports of one person come one after the other, so that the limit holds.
        await connection.ExecuteAsync("select from mt_doc_user where id = $1 for no key update", ct, User.Id());
        var report = await ChangeWaitingAsync(connection, command, ct);
        if (report is null)
        {
            await RequireRoomAsync(connection, now, ct);
            report = await InsertAsync(connection, command, target, now, ct);
            await ReportBroadcast.SignalAsync(connection, report.Id, ct);
        }
        documents.QueueAudit(
            "report_created",
            User.Id(),
            AuditOrigin.Of(HttpContext),
            now,
            new JsonObject
            {
                ["report_id"] = report.Id.ToString(),
                ["report_type"] = report.ReportType,
                ["target_id"] = report.TargetId.ToString(),
            }
        );
        await documents.SaveChangesAsync(ct);
        await transaction.CommitAsync(CancellationToken.None);
        return report;
    }

    private Task<ReportResponse?> ChangeWaitingAsync(
        NpgsqlConnection connection,
        Command command,
        CancellationToken ct
    ) =>
        connection.FirstAsync(
            $"""
            update reports set reason = $4, content = coalesce($5, content)
            where reporter_id = $1 and report_type = $2 and target_id = $3 and status = 'pending'
            returning {ReportResponse.Columns}
            """,
            ReportResponse.Read,
            ct,
            User.Id(),
            command.ReportType,
            command.TargetId,
            command.Reason.Trim(),
            command.Content
        );

    private async Task RequireRoomAsync(NpgsqlConnection connection, DateTimeOffset now, CancellationToken ct)
    {
        var recent = await connection.FirstAsync(
            "select count(*) from reports where reporter_id = $1 and created_at > $2",
            row => row.GetInt64(0),
            ct,
            User.Id(),
            now.AddHours(-1)
        );
        if (recent >= MostPerHour)
            throw Failure.RateLimited("too many reports, please try again later", 3600).AsException();
    }

    private async Task<ReportResponse> InsertAsync(
        NpgsqlConnection connection,
        Command command,
        ReportTarget target,
        DateTimeOffset now,
        CancellationToken ct
    ) =>
        (
            await connection.FirstAsync(
                $"""
                insert into reports (id, reporter_id, report_type, target_id, channel_id, target_user_id, reason, content,
                    created_at)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                returning {ReportResponse.Columns}
                """,
                ReportResponse.Read,
                ct,
                Guid.CreateVersion7(now),
                User.Id(),
                command.ReportType,
                command.TargetId,
                target.ChannelId,
                target.UserId,
                command.Reason.Trim(),
                command.Content,
                now
            )
        )!;
}
