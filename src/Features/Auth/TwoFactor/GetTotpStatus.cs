using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Npgsql;

namespace Chatalot.Features.Auth.TwoFactor;

/// <summary>
/// GET /api/totp/status: whether two-factor authentication is on, and how many backup codes are left.
/// </summary>
internal sealed class GetTotpStatus(NpgsqlDataSource database) : EndpointWithoutRequest<GetTotpStatus.Response>
{
    /// <param name="Enabled">Logins need a code.</param>
    /// <param name="BackupCodesLeft">Unused backup codes.</param>
    public sealed record Response(bool Enabled, int BackupCodesLeft);

    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/totp/status");
        Summary("Whether two-factor authentication is on");
    }

    /// <inheritdoc/>
    public override async Task<Response> ExecuteAsync(CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "select cardinality(backup_codes) from second_factors where user_id = $1 and enabled_at is not null"
        );
        command.Parameters.Add(new() { Value = User.Id() });
        return await command.ExecuteScalarAsync(ct) is int left ? new(true, left) : new(false, 0);
    }
}
