using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Administration;

/// <summary>GET /api/admin/invites: registration invites, newest first.</summary>
internal sealed class ListRegistrationInvites(NpgsqlDataSource database)
    : EndpointWithoutRequest<IReadOnlyList<RegistrationInviteResponse>>
{
    private const int Most = 500;

    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/admin/invites");
        Policies(InstancePolicy.Operator);
        Summary("List registration invites", 403);
    }

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<RegistrationInviteResponse>> ExecuteAsync(CancellationToken ct) =>
        await database.ListAsync(
            $"""
            select {RegistrationInviteResponse.Columns} from registration_invites
            order by created_at desc, id desc limit $1
            """,
            RegistrationInviteResponse.Read,
            ct,
            Most
        );
}
