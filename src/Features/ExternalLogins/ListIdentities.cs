using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.ExternalLogins;

/// <summary>
/// GET /api/account/identities: accounts at the identity provider that the caller has linked, newest first.
/// </summary>
internal sealed class ListIdentities(NpgsqlDataSource database)
    : EndpointWithoutRequest<IReadOnlyList<LinkedIdentityResponse>>
{
    private const int Most = 100;

    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/account/identities");
        Summary("Accounts at the identity provider that are linked");
    }

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<LinkedIdentityResponse>> ExecuteAsync(CancellationToken ct) =>
        await database.ListAsync(
            """
            select id, issuer, email, linked_at from external_identities
            where user_id = $1 order by linked_at desc, id limit $2
            """,
            row => new LinkedIdentityResponse(
                row.GetGuid(0),
                row.GetString(1),
                row.GetText(2),
                row.GetFieldValue<DateTimeOffset>(3)
            ),
            ct,
            User.Id(),
            Most
        );
}
