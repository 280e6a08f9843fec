using Chatalot.Features.Accounts;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Postgres;
using FluentValidation;

namespace Chatalot.Features.Users;

/// <summary>
/// GET /api/users/search?q=: people whose user name or display name contains the text, whatever its case. Others find
/// those who share a community with them, the owner of the instance finds everybody. Names that equal the text come
/// first, then those that begin with it. Who is suspended or has a block with the caller is not found.
/// </summary>
internal sealed class SearchUsers(IQuerySession documents, AccountDirectory accounts)
    : Endpoint<SearchUsers.Query, IReadOnlyList<UserPublic>>
{
    private const string WrongLength = "search query must be 2-256 characters";

    /// <param name="Q">2 to 256 characters.</param>
    public sealed record Query(string? Q);

    /// <inheritdoc/>
    public sealed class Rules : Validator<Query>
    {
        /// <summary>Counts characters.</summary>
        public Rules() =>
            RuleFor(query => query.Q)
                .Must(text => text is not null && DisplayText.Length(text) is >= 2 and <= 256)
                .WithMessage(WrongLength);
    }

    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/users/search");
        Summary("Search users");
    }

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<UserPublic>> ExecuteAsync(Query query, CancellationToken ct)
    {
        var caller = await accounts.FindAsync(User.Id(), ct);
        var pattern = LikePattern.Containing(query.Q!);
        var users = await documents.QueryAsync<User>(
            $"""
            select account.data
            from mt_doc_user account,
                 lateral (select lower(?) as text) sought,
                 lateral (
                     select account.data ->> 'username_key' as username, lower(account.data ->> 'display_name') as display
                 ) names
            where (names.username like lower(?) or names.display like lower(?))
              and (? or (account.id <> ? and {Acquaintances.AreMates("?", "account.id")}))
              and account.data ->> 'suspended_at' is null
              and not exists (
                  select from user_blocks block
                  where (block.blocker_id = ? and block.blocked_id = account.id)
                     or (block.blocker_id = account.id and block.blocked_id = ?)
              )
            order by sought.text not in (names.username, names.display),
                     not (starts_with(names.username, sought.text) or starts_with(names.display, sought.text)),
                     names.username
            limit 20
            """,
            ct,
            query.Q,
            pattern,
            pattern,
            caller is { IsOwner: true },
            User.Id(),
            User.Id(),
            User.Id(),
            User.Id()
        );
        return [.. users.Select(UserPublic.From)];
    }
}
