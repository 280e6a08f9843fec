using System.Net;
using System.Security.Cryptography;
using System.Text;
using Chatalot.Features.Accounts;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Errors;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Chatalot.Features.Auth;

/// <summary>
/// Counts failed attempts in the database, so that a lock survives a restart and holds in every process. Names are
/// counted whether or not they exist: a lock tells nothing about that.
/// </summary>
internal sealed partial class FailureLog(
    NpgsqlDataSource database,
    AuthOptions options,
    TimeProvider clock,
    ILogger<FailureLog> logger
)
{
    private const string AllNetworks = "";
    private readonly LockoutPolicy policy = options.Lockout;

    /// <summary>The refusal while attempts on this name from this network are locked, else null.</summary>
    public async Task<Failure?> CheckAsync(Attempt attempt, string username, ClientDevice device, CancellationToken ct)
    {
        var counts = await ReadAsync(attempt.Name, NameHash(username), device.Network, ct);
        if (LockedFor(counts, device.Network) is { } hereFor)
            return attempt.Locked(hereFor);
        return
            LockedFor(counts, AllNetworks) is { } everywhereFor
            && !await IsKnownNetworkAsync(username, device.Network, ct)
            ? attempt.Locked(everywhereFor)
            : null;
    }

    /// <summary>
    /// Locks the counts of this name until the transaction of the unit of work ends: attempts at the same time must not
    /// learn more than those that come one after the other.
    /// </summary>
    public async Task<CountedAttempt> BeginAsync(
        IDocumentSession documents,
        Attempt attempt,
        string username,
        ClientDevice device,
        CancellationToken ct
    )
    {
        var name = NameHash(username);
        var connection = await documents.OpenConnectionAsync(ct);
        var counts = await LockRowsAsync(connection, attempt.Name, name, device.Network, clock.GetUtcNow(), ct);
        var locked = LockedFor(counts, device.Network) is { } remaining ? attempt.Locked(remaining) : null;
        return new(locked, (unit, knownName) => QueueFailure(unit, attempt, name, counts, device.Network, knownName));
    }

    /// <summary>
    /// Counts a failure with the unit of work; the result is the refusal if a lock was reached before it.
    /// </summary>
    public async Task<Failure?> CountAsync(
        IDocumentSession documents,
        Attempt attempt,
        string username,
        string? knownName,
        ClientDevice device,
        CancellationToken ct
    )
    {
        var counted = await BeginAsync(documents, attempt, username, device, ct);
        counted.QueueFailure(documents, knownName);
        return counted.Locked;
    }

    /// <summary>Success: failures on this name from this network are forgotten.</summary>
    public static void QueueClear(IDocumentSession documents, Attempt attempt, string username, ClientDevice device) =>
        documents.QueueSqlCommand(
            "delete from login_failures where purpose = ? and name_hash = ? and network = ?",
            attempt.Name,
            NameHash(username),
            device.Network
        );

    private void QueueFailure(
        IDocumentSession documents,
        Attempt attempt,
        byte[] name,
        Dictionary<string, FailureCount> counts,
        string ownNetwork,
        string? knownName
    )
    {
        var now = clock.GetUtcNow();
        foreach (var (network, count) in counts)
        {
            var after = count.After(now, ThresholdOf(network), policy.Duration);
            documents.QueueSqlCommand(
                """
                update login_failures set failures = ?, last_failure_at = ?
                where purpose = ? and name_hash = ? and network = ?
                """,
                after.Failures,
                after.LastAt,
                attempt.Name,
                name,
                network
            );
            if (knownName is not null && network == ownNetwork && after.Failures == ThresholdOf(network))
                LogLockedOut(logger, knownName, after.Failures);
        }
        QueueForgetting(documents, now);
    }

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
            delete from login_failures where ctid = any (array(
                select ctid from login_failures where last_failure_at < ? limit 20 for update skip locked
            ))
            """,
            now - policy.Duration
        );

    [LoggerMessage(
        EventName = "AccountLockedOut",
        Level = LogLevel.Warning,
        Message = "Account '{Username}' locked out after {Failures} failed attempts"
    )]
    private static partial void LogLockedOut(ILogger logger, string username, int failures);
}

/// <summary>An attempt whose counts are locked.</summary>
/// <param name="locked">See <see cref="Locked"/>.</param>
/// <param name="queueFailure">Queues one more failure.</param>
internal sealed class CountedAttempt(Failure? locked, Action<IDocumentSession, string?> queueFailure)
{
    /// <summary>The refusal while attempts from this network are locked, else null.</summary>
    public Failure? Locked => locked;

    /// <summary>Counts a failure when the unit of work is saved.</summary>
    /// <param name="documents">The unit of work.</param>
    /// <param name="knownName">
    /// The account's name for the log; null when there is no such account: it may be a password.
    /// </param>
    public void QueueFailure(IDocumentSession documents, string? knownName) => queueFailure(documents, knownName);
}
