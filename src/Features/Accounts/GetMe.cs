using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;

namespace Chatalot.Features.Accounts;

/// <summary>
/// GET /api/account/me: the caller, read fresh; clients take roles and pictures from here at every start.
/// </summary>
internal sealed class GetMe(IQuerySession documents) : EndpointWithoutRequest<UserPublic>
{
    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/account/me");
        Summary("The signed-in user");
    }

    /// <inheritdoc/>
    public override async Task<UserPublic> ExecuteAsync(CancellationToken ct) =>
        await documents.LoadAsync<User>(User.Id(), ct) is { } user
            ? UserPublic.From(user)
            : throw Failure.Unauthorized.AsException();
}
