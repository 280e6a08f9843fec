using System.Security.Cryptography;
using System.Text;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.ExternalLogins;

/// <summary>A way through the provider and back that somebody has begun.</summary>
/// <param name="State">Names it; goes through browser and provider.</param>
/// <param name="Handoff">Only the client that began it knows this, and only that client can end it.</param>
/// <param name="Nonce">Comes back inside the identity token.</param>
/// <param name="CodeVerifier">Proves to the provider that the code was asked for here.</param>
internal sealed record ExternalFlow(string State, string Handoff, string Nonce, string CodeVerifier)
{
    public static ExternalFlow New() => new(Secret(), Secret(), Secret(), Secret());

    private static string Secret() => RandomNumberGenerator.GetHexString(64, lowercase: true);
}

/// <summary>Keeps flows for the few minutes that they take. States and handoffs are stored as hashes.</summary>
internal sealed class ExternalFlows(NpgsqlDataSource database, TimeProvider clock)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>What everything is answered with that does not fit: nobody learns which half was wrong.</summary>
    internal static readonly Failure Unknown = Failure.Validation("this sign-in is not valid or has expired");

    /// <summary>Stores a new flow; forgets old ones.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="userId">Who wants to link their account; null: somebody wants to sign in.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task AddAsync(ExternalFlow flow, Guid? userId, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await database.ExecuteAsync("delete from external_login_flows where started_at < $1", ct, now - Lifetime);
        await database.ExecuteAsync(
            """
            insert into external_login_flows (state_hash, handoff_hash, user_id, nonce, code_verifier, started_at)
            values ($1, $2, $3, $4, $5, $6)
            """,
            ct,
            Hash(flow.State),
            Hash(flow.Handoff),
            userId,
            flow.Nonce,
            flow.CodeVerifier,
            now
        );
    }

    /// <summary>Nonce and verifier of a flow that waits for the provider; each flow is asked once.</summary>
    public Task<(string Nonce, string CodeVerifier)?> TakeSecretsAsync(string state, CancellationToken ct) =>
        database.FirstAsync(
            """
            update external_login_flows set returned_at = $2
            where state_hash = $1 and returned_at is null and started_at > $3
            returning nonce, code_verifier
            """,
            row => ((string, string)?)(row.GetString(0), row.GetString(1)),
            ct,
            Hash(state),
            clock.GetUtcNow(),
            clock.GetUtcNow() - Lifetime
        );

    /// <summary>Remembers who came back.</summary>
    public Task SetIdentityAsync(string state, ExternalIdentity identity, CancellationToken ct) =>
        database.ExecuteAsync(
            "update external_login_flows set issuer = $2, subject = $3, email = $4 where state_hash = $1",
            ct,
            Hash(state),
            identity.Issuer,
            identity.Subject,
            identity.Email
        );

    /// <summary>
    /// Who came back to sign in, for the client that began it; the flow goes on. Null: there is none.
    /// </summary>
    /// <param name="state">As told at the start.</param>
    /// <param name="handoff">As told at the start.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task<ExternalIdentity?> FindAsync(string state, string handoff, CancellationToken ct) =>
        database.FirstAsync(
            """
            select issuer, subject, email from external_login_flows
            where state_hash = $1 and handoff_hash = $2 and user_id is null
              and subject is not null and started_at > $3
            """,
            Read,
            ct,
            Hash(state),
            Hash(handoff),
            clock.GetUtcNow() - Lifetime
        );

    /// <summary>Ends a flow in the transaction, for the client that began it; null: there is no such flow.</summary>
    /// <param name="connection">With a transaction; when that is rolled back, the flow can be ended again.</param>
    /// <param name="state">As told at the start.</param>
    /// <param name="handoff">As told at the start.</param>
    /// <param name="userId">Who links their account; null: somebody signs in.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<ExternalIdentity?> EndAsync(
        NpgsqlConnection connection,
        string state,
        string handoff,
        Guid? userId,
        CancellationToken ct
    ) =>
        await connection.FirstAsync(
            """
            delete from external_login_flows
            where state_hash = $1 and handoff_hash = $2 and user_id is not distinct from $3::uuid
              and subject is not null and started_at > $4
            returning issuer, subject, email
            """,
            Read,
            ct,
            Hash(state),
            Hash(handoff),
            userId,
            clock.GetUtcNow() - Lifetime
        );

    private static ExternalIdentity Read(NpgsqlDataReader row) =>
        new(row.GetString(0), row.GetString(1), row.GetText(2));

    private static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
