using Chatalot.Features.Accounts;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;

namespace Chatalot.Features.Users;

/// <summary>
/// GET /api/users/{user_id}: the profile of oneself or of somebody who shares a community; of everybody for the owner
/// of the instance. Whoever may not see it cannot tell whether there is such a user.
/// </summary>
internal sealed class GetUser(IQuerySession documents, AccountDirectory accounts) : Endpoint<GetUser.Query, UserPublic>
{
    /// <param name="UserId">Whose profile.</param>
    public sealed record Query(Guid UserId);

    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/users/{user_id}");
        Summary("Profile of a user", 404);
    }

    /// <inheritdoc/>
    public override async Task<UserPublic> ExecuteAsync(Query query, CancellationToken ct)
    {
        var caller = await accounts.FindAsync(User.Id(), ct);
        var found = await documents.QueryAsync<User>(
            $"where id = ? and (? or {Acquaintances.AreMates("?", "id")})",
            ct,
            query.UserId,
            query.UserId == User.Id() || caller is { IsOwner: true },
            User.Id()
        );
        return found.Count == 1 ? UserPublic.From(found[0]) : throw UsersFeature.NotFound.AsException();
    }
}
