using System.Text;
using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Json;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.ScheduledMessages;

/// <summary>
/// POST /api/messages/schedule: post a message later. Members of the channel. Whether it may be posted there is decided
/// when its time comes. A repeat with the same Idempotency-Key answers with the first one, and so does an equal one
/// after an answer that was lost.
/// </summary>
internal sealed class ScheduleMessage(
    ChannelAccess access,
    NpgsqlDataSource database,
    LostAnswers lostAnswers,
    TimeProvider clock
) : Endpoint<ScheduleMessage.Command, ScheduledMessageResponse>
{
    private const int MostPerUser = 50;
    private const int LongestPreview = 10_000;
    private static readonly TimeSpan FarthestAhead = TimeSpan.FromDays(30);

    public sealed record Command(
        Guid ChannelId,
        string Ciphertext,
        string Nonce,
        string ScheduledFor,
        string? ContentPreview
    );

    public override void Configure()
    {
        Post("/api/messages/schedule");
        Summary("Schedule a message", 403);
    }

    public override async Task<ScheduledMessageResponse> ExecuteAsync(Command command, CancellationToken ct)
    {
        if (await access.FindAsync(command.ChannelId, User.Id(), ct) is null)
            throw Failure.Forbidden.AsException();
        var now = clock.GetUtcNow();
        if (CheckTime(command.ScheduledFor, now, out var scheduledFor) is { } wrongTime)
            throw wrongTime.AsException();
        var (content, refusal) = ScheduledContent.Read(command.Ciphertext, command.Nonce);
        if (refusal is not null)
            throw refusal.AsException();

        var key = IdempotencyKey.Of(HttpContext.Request);
        var fingerprint = LostAnswers.Fingerprint(
            User.Id(),
            "scheduled message",
            command.ChannelId,
            command.Ciphertext,
            command.Nonce,
            command.ScheduledFor,
            command.ContentPreview
        );
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        // One after the other for a person: the limit holds and a repeat finds the first.
        await connection.ExecuteAsync(
            "select pg_advisory_xact_lock(hashtextextended($1, 0))",
            ct,
            $"scheduled_messages:{User.Id()}"
        );
        var first = await FindRepeatedAsync(connection, key, key is null ? lostAnswers.Find(fingerprint) : null, ct);
        var id = first?.Id ?? Guid.CreateVersion7(now);
        if (key is null)
            lostAnswers.Watch(HttpContext, fingerprint, id);
        if (first is not null)
            return first;
        var waiting = await connection.FirstAsync(
            "select count(*)::int from scheduled_messages where user_id = $1 and failed_at is null",
            row => row.GetInt32(0),
            ct,
            User.Id()
        );
        if (waiting >= MostPerUser)
            throw Failure.Validation($"cannot have more than {MostPerUser} scheduled messages").AsException();
        if (command.ContentPreview is { } preview && Encoding.UTF8.GetByteCount(preview) > LongestPreview)
            throw Failure.Validation("content_preview too large (max 10 KB)").AsException();
        var scheduled = await connection.FirstAsync(
            $"""
            insert into scheduled_messages (id, channel_id, user_id, ciphertext, nonce, content_preview, scheduled_for,
                created_at, client_key)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            returning {ScheduledMessageResponse.Columns}
            """,
            ScheduledMessageResponse.From,
            ct,
            id,
            command.ChannelId,
            User.Id(),
            content!.Ciphertext,
            content.Nonce,
            command.ContentPreview,
            scheduledFor,
            now,
            key
        );
        await transaction.CommitAsync(CancellationToken.None);
        return scheduled!;
    }

    private static Failure? CheckTime(string text, DateTimeOffset now, out DateTimeOffset time)
    {
        var isTime = Rfc3339.TryParse(text, out time);
        time = time.ToUniversalTime();
        return !isTime ? Failure.Validation("invalid scheduled_for datetime")
            : time <= now ? Failure.Validation("scheduled_for must be in the future")
            : time > now + FarthestAhead
                ? Failure.Validation($"cannot schedule more than {FarthestAhead.TotalDays} days ahead")
            : null;
    }

    private Task<ScheduledMessageResponse?> FindRepeatedAsync(
        NpgsqlConnection connection,
        string? key,
        Guid? id,
        CancellationToken ct
    ) =>
        connection.FirstAsync(
            $"""
            select {ScheduledMessageResponse.Columns} from scheduled_messages
            where user_id = $1 and (client_key = $2 or id = $3) limit 1
            """,
            ScheduledMessageResponse.From,
            ct,
            User.Id(),
            key ?? "",
            id
        );
}
