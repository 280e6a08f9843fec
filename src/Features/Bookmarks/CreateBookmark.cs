using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using FluentValidation;
using Npgsql;

namespace Chatalot.Features.Bookmarks;

/// <summary>
/// POST /api/bookmarks: keep a message for oneself. Members of the message's channel. Doing it again answers with the
/// bookmark that is there; a note that is sent along replaces its note.
/// </summary>
internal sealed class CreateBookmark(ChannelAccess access, NpgsqlDataSource database, TimeProvider clock)
    : Endpoint<CreateBookmark.Command, BookmarkResponse>
{
    private const int MostPerUser = 10_000;

    public sealed record Command(Guid MessageId, string? Note);

    public sealed class Rules : Validator<Command>
    {
        private const int LongestNote = 500;

        public Rules() =>
            RuleFor(c => c.Note)
                .Must(note => note is null || DisplayText.Length(note.Trim()) <= LongestNote)
                .WithMessage($"note must be at most {LongestNote} characters");
    }

    public override void Configure()
    {
        Post("/api/bookmarks");
        Summary("Bookmark a message", 403, 404);
    }

    public override async Task<BookmarkResponse> ExecuteAsync(Command command, CancellationToken ct)
    {
        var channelId = await database.FirstAsync(
            "select channel_id from messages where id = $1",
            row => (Guid?)row.GetGuid(0),
            ct,
            command.MessageId
        );
        if (channelId is not { } channel)
            throw Failure.NotFound("message not found").AsException();
        if (await access.FindAsync(channel, User.Id(), ct) is null)
            throw Failure.Forbidden.AsException();

        var bookmark = await database.FirstAsync(
            $"""
            insert into bookmarks as mine ({BookmarkResponse.Columns}, user_id)
            select $1, $2, $3::text, $4, $5
            where (select count(*) from bookmarks where user_id = $5) < {MostPerUser}
               or exists (select from bookmarks where user_id = $5 and message_id = $2)
            on conflict (user_id, message_id) do update set note = coalesce(excluded.note, mine.note)
            returning {BookmarkResponse.Columns}
            """,
            BookmarkResponse.From,
            ct,
            Guid.CreateVersion7(clock.GetUtcNow()),
            command.MessageId,
            command.Note.Trimmed(),
            clock.GetUtcNow(),
            User.Id()
        );
        return bookmark ?? throw Failure.Validation($"cannot have more than {MostPerUser} bookmarks").AsException();
    }
}
