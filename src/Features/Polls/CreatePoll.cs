using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Features.Frames;
using Chatalot.Features.Messages;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Chatalot.Shared.Realtime;
using FluentValidation;
using Npgsql;

namespace Chatalot.Features.Polls;

/// <summary>
/// POST /api/channels/{channel_id}/polls: ask the channel. Members who may post there. A repeat with the same
/// Idempotency-Key answers with the first poll, and so does an equal one after an answer that was lost. Who has blocked
/// the person who asks is not told.
/// </summary>
internal sealed class CreatePoll(
    ChannelAccess access,
    WriteRules writeRules,
    PollStore polls,
    NpgsqlDataSource database,
    LostAnswers lostAnswers,
    Rooms rooms,
    MutedSenders muted,
    TimeProvider clock
) : Endpoint<CreatePoll.Command, PollResponse>
{
    private const int MostOpen = 100;

    public sealed record Command(
        Guid ChannelId,
        string Question,
        IReadOnlyList<string> Options,
        bool MultiSelect = false,
        bool Anonymous = false,
        int? ExpiresInMinutes = null
    );

    public sealed class Rules : Validator<Command>
    {
        private const int LongestQuestion = 500;
        private const int LongestOption = 200;
        private const int OneWeek = 10_080;

        public Rules()
        {
            RuleFor(c => c.Question)
                .Must(text => Fits(text, LongestQuestion))
                .WithMessage($"question must be 1-{LongestQuestion} characters");
            RuleFor(c => c.Options).Must(o => o.Count is >= 2 and <= 10).WithMessage("polls must have 2-10 options");
            RuleFor(c => c.Options)
                .Must(options => options.All(text => Fits(text, LongestOption)))
                .WithMessage($"each option must be 1-{LongestOption} characters");
            RuleFor(c => c.ExpiresInMinutes)
                .InclusiveBetween(1, OneWeek)
                .WithMessage($"expires_in_minutes must be 1-{OneWeek}");
        }

        private static bool Fits(string? text, int longest) =>
            text.Trimmed() is { } trimmed && DisplayText.Length(trimmed) <= longest && !trimmed.Contains('\0');
    }

    public override void Configure()
    {
        Post("/api/channels/{channel_id}/polls");
        Summary("Create a poll", 403);
        DontThrowIfValidationFails();
    }

    public override async Task<PollResponse> ExecuteAsync(Command command, CancellationToken ct)
    {
        var standing =
            await access.FindAsync(command.ChannelId, User.Id(), ct) ?? throw Failure.Forbidden.AsException();
        if (await writeRules.CheckAsync(standing, User.Id(), WriteKind.Post, ct) is { } closed)
            throw closed.AsException();
        ThrowIfAnyErrors();

        var (pollId, isNew) = await StoreAsync(command, ct);
        // It is stored: the channel hears of it even if the caller does not wait.
        var poll =
            await polls.FindAsync(pollId, User.Id(), CancellationToken.None) ?? throw PollRules.NotFound.AsException();
        if (isNew)
            rooms.Publish(
                poll.ChannelId,
                Wire.Of(new PollCreatedFrame(poll.Id, poll.ChannelId, User.Id(), poll.Question)),
                listener => !muted.IsMutedFor(listener.UserId, poll.CreatedBy)
            );
        return poll;
    }

    private async Task<(Guid Id, bool IsNew)> StoreAsync(Command command, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var key = IdempotencyKey.Of(HttpContext.Request);
        var fingerprint = LostAnswers.Fingerprint(
            User.Id(),
            "poll",
            [
                command.ChannelId,
                command.MultiSelect,
                command.Anonymous,
                command.ExpiresInMinutes,
                command.Question,
                .. command.Options,
            ]
        );
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        // One after the other in a channel: the limit holds and a repeat finds the first.
        await connection.ExecuteAsync(
            "select pg_advisory_xact_lock(hashtextextended($1, 0))",
            ct,
            $"polls:{command.ChannelId}"
        );
        var (first, open) = await connection.FirstAsync(
            """
            select (select id from polls where created_by = $1 and (client_key = $2 or id = $5) limit 1),
                   (select count(*)::int from polls
                    where channel_id = $3 and not closed and (expires_at is null or expires_at > $4))
            """,
            row => (row.GetId(0), row.GetInt32(1)),
            ct,
            User.Id(),
            key ?? "",
            command.ChannelId,
            now,
            key is null ? lostAnswers.Find(fingerprint) : null
        );
        var id = first ?? Guid.CreateVersion7(now);
        if (key is null)
            lostAnswers.Watch(HttpContext, fingerprint, id);
        if (first is not null)
            return (id, false);
        if (open >= MostOpen)
            throw Failure.Validation($"cannot have more than {MostOpen} open polls in a channel").AsException();
        await connection.ExecuteAsync(
            """
            insert into polls (id, channel_id, created_by, question, options, multi_select, anonymous, expires_at,
                created_at, client_key)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            """,
            ct,
            id,
            command.ChannelId,
            User.Id(),
            command.Question.Trim(),
            command.Options.Select(option => option.Trim()).ToArray(),
            command.MultiSelect,
            command.Anonymous,
            command.ExpiresInMinutes is { } minutes ? now.AddMinutes(minutes) : null,
            now,
            key
        );
        await transaction.CommitAsync(CancellationToken.None);
        return (id, true);
    }
}
