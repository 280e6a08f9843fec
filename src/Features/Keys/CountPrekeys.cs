using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Keys;

/// <summary>GET /api/keys/prekeys/count: how many of the caller's one-time prekeys wait to be handed out.</summary>
internal sealed class CountPrekeys(NpgsqlDataSource database) : EndpointWithoutRequest<CountPrekeys.Response>
{
    /// <param name="Count">Unused one-time prekeys.</param>
    public sealed record Response(int Count);

    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/keys/prekeys/count");
        Summary("Count one's own unused one-time prekeys");
    }

    /// <inheritdoc/>
    public override async Task<Response> ExecuteAsync(CancellationToken ct) =>
        new(
            await database.FirstAsync(
                "select count(*)::int from one_time_prekeys where user_id = $1 and used_at is null",
                row => row.GetInt32(0),
                ct,
                User.Id()
            )
        );
}
