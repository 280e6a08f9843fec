using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Chatalot.Features.Accounts;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Errors;
using Npgsql;

namespace Chatalot.Features.Auth;

/// <summary>What a failure was an attempt at; each is counted apart.</summary>
internal static class Attempt
{
    public const string Login = "login";
    public const string PasswordChange = "password";
}

/// <summary>
/// Counts failed attempts in the database, so that a lock survives a restart and holds in every process. Names are
/// counted whether or not they exist: a lock tells nothing about that.
/// </summary>
internal sealed class FailureLog(NpgsqlDataSource database, AuthOptions options, TimeProvider clock)
{
    private const string AllNetworks = "";
    private readonly LockoutPolicy policy = options.Lockout;

    /// <summary>The refusal while attempts on this name from this network are locked, else null.</summary>
    public async Task<Failure?> CheckAsync(string purpose, string username, ClientDevice device, CancellationToken ct)
    {
        var counts = await ReadAsync(purpose, NameHash(username), device.Network, ct);
        if (LockedFor(counts, device.Network) is { } hereFor)
            return Locked(hereFor);
        return
            LockedFor(counts, AllNetworks) is { } everywhereFor
            && !await IsKnownNetworkAsync(username, device.Network, ct)
            ? Locked(everywhereFor)
            : null;
    }

    /// <summary>
    /// Counts a failure in the transaction of the unit of work. The result is the refusal if a lock was reached in the
    /// meantime: attempts that ran at the same time must not learn more than those that come one after the other.
    /// </summary>
    public async Task<Failure?> CountAsync(
        IDocumentSession documents,
        string purpose,
        string username,
        ClientDevice device,
        CancellationToken ct
    )
    {
        var now = clock.GetUtcNow();
        var name = NameHash(username);
        var connection = await documents.OpenConnectionAsync(ct);
        var before = await LockRowsAsync(connection, purpose, name, device.Network, now, ct);
        foreach (var (network, count) in before)
        {
            var after = count.After(now, ThresholdOf(network), policy.Duration);
            documents.QueueSqlCommand(
                """
                update login_failures set failures = ?, last_failure_at = ?
                where purpose = ? and name_hash = ? and network = ?
                """,
                after.Failures,
                after.LastAt,
                purpose,
                name,
                network
            );
        }
        QueueForgetting(documents, now);
        return LockedFor(before, device.Network) is { } remaining ? Locked(remaining) : null;
    }

    /// <summary>Success: failures on this name from this network are forgotten.</summary>
    public static void QueueClear(IDocumentSession documents, string purpose, string username, ClientDevice device) =>
        documents.QueueSqlCommand(
            "delete from login_failures where purpose = ? and name_hash = ? and network = ?",
            purpose,
            NameHash(username),
            device.Network
        );

    private static Failure Locked(TimeSpan remaining) =>
        Failure.Validation(
            string.Create(
                CultureInfo.InvariantCulture,
                $"account temporarily locked, try again in {Math.Ceiling(remaining.TotalSeconds)} seconds"
            )
        );

    private static byte[] NameHash(string username) => SHA256.HashData(Encoding.UTF8.GetBytes(NameKey.Of(username)));

    private int ThresholdOf(string network) =>
        network == AllNetworks ? policy.FailuresFromAllNetworks : policy.FailuresFromOneNetwork;

    private TimeSpan? LockedFor(Dictionary<string, FailureCount> counts, string network) =>
        counts.TryGetValue(network, out var count)
            ? count.LockedFor(clock.GetUtcNow(), ThresholdOf(network), policy.Duration)
            : null;

    private async Task<Dictionary<string, FailureCount>> ReadAsync(
        string purpose,
        byte[] name,
        string network,
        CancellationToken ct
    )
    {
        await using var command = database.CreateCommand(
            """
            select network, failures, last_failure_at from login_failures
            where purpose = $1 and name_hash = $2 and network in ('', $3)
            """
        );
        command.Parameters.Add(new() { Value = purpose });
        command.Parameters.Add(new() { Value = name });
        command.Parameters.Add(new() { Value = network });
        return await ToCountsAsync(command, ct);
    }

    private static async Task<Dictionary<string, FailureCount>> LockRowsAsync(
        NpgsqlConnection connection,
        string purpose,
        byte[] name,
        string network,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        await using var create = new NpgsqlCommand(
            """
            insert into login_failures (purpose, name_hash, network, failures, last_failure_at)
            values ($1, $2, '', 0, $4), ($1, $2, $3, 0, $4) on conflict do nothing
            """,
            connection
        );
        create.Parameters.Add(new() { Value = purpose });
        create.Parameters.Add(new() { Value = name });
        create.Parameters.Add(new() { Value = network });
        create.Parameters.Add(new() { Value = now });
        await create.ExecuteNonQueryAsync(ct);
        await using var read = new NpgsqlCommand(
            """
            select network, failures, last_failure_at from login_failures
            where purpose = $1 and name_hash = $2 and network in ('', $3)
            order by network for update
            """,
            connection
        );
        read.Parameters.Add(new() { Value = purpose });
        read.Parameters.Add(new() { Value = name });
        read.Parameters.Add(new() { Value = network });
        return await ToCountsAsync(read, ct);
    }

    private static async Task<Dictionary<string, FailureCount>> ToCountsAsync(
        NpgsqlCommand command,
        CancellationToken ct
    )
    {
        var counts = new Dictionary<string, FailureCount>(StringComparer.Ordinal);
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
            counts.Add(rows.GetString(0), new(rows.GetInt32(1), await rows.GetFieldValueAsync<DateTimeOffset>(2, ct)));
        return counts;
    }

    private async Task<bool> IsKnownNetworkAsync(string username, string network, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            select distinct ip_address from sessions join mt_doc_user on mt_doc_user.id = sessions.user_id
            where username_key = $1 and ip_address is not null
            """
        );
        command.Parameters.Add(new() { Value = NameKey.Of(username) });
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            if (IPAddress.TryParse(rows.GetString(0), out var address) && ClientDevice.NetworkOf(address) == network)
                return true;
        }
        return false;
    }

    /// <summary>Keeps the table small: counts that have fallen to nothing go, a few with each failure.</summary>
    private void QueueForgetting(IDocumentSession documents, DateTimeOffset now) =>
        documents.QueueSqlCommand(
            """
            delete from login_failures where (purpose, name_hash, network) in (
                select purpose, name_hash, network from login_failures where last_failure_at < ?
                limit 20 for update skip locked
            )
            """,
            now - policy.Duration
        );
}
