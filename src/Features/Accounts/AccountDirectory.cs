using System.Text.Json;
using Chatalot.Shared.Caching;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Chatalot.Features.Accounts;

/// <summary>What every request needs to know of an account, as it is now.</summary>
/// <param name="Id">The user's id.</param>
/// <param name="Username">The user's name.</param>
/// <param name="DisplayName">The name to show.</param>
/// <param name="AvatarUrl">Path of the profile picture, or null.</param>
/// <param name="IsAdmin">Administrates the instance.</param>
/// <param name="IsOwner">Owns the instance.</param>
/// <param name="IsSuspended">May not be used at present.</param>
/// <param name="TokenVersion">Access tokens of a lower version are no longer valid.</param>
public sealed record Account(
    Guid Id,
    string Username,
    string DisplayName,
    string? AvatarUrl,
    bool IsAdmin,
    bool IsOwner,
    bool IsSuspended,
    int TokenVersion
)
{
    internal static Account From(User user) =>
        new(
            user.Id,
            user.Username,
            user.DisplayName,
            user.AvatarUrl,
            user.IsAdmin,
            user.IsOwner,
            user.SuspendedAt is not null,
            user.TokenVersion
        );
}

/// <summary>
/// Accounts by id, from memory whenever possible. Who changes a <see cref="User"/> queues <see cref="QueueChanged"/>
/// into the same unit of work and calls <see cref="Invalidate"/> after its commit; every process then sees the change
/// at once.
/// </summary>
public sealed class AccountDirectory : IDisposable
{
    private const string Channel = "accounts_changed";
    private const int Capacity = 50_000;
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(1);

    private readonly NpgsqlDataSource database;
    private readonly LiveCache<Account> cache;
    private readonly IDisposable subscription;

    /// <summary>Starts to listen for changes made by other processes.</summary>
    public AccountDirectory(
        [FromKeyedServices(DatabaseSource.Lookups)] NpgsqlDataSource database,
        DatabaseSignals signals,
        DatabaseAvailability availability,
        TimeProvider clock
    )
    {
        this.database = database;
        cache = new(Capacity, MaxAge, clock, () => availability.IsAway);
        subscription = signals.Subscribe(Channel, OnChanged, Clear);
    }

    /// <summary>The account, or null when there is none. Completes synchronously when it is in memory.</summary>
    public ValueTask<Account?> FindAsync(Guid userId, CancellationToken ct) => cache.GetAsync(userId, ReadAsync, ct);

    /// <summary>Forgets what this process knows of the account.</summary>
    public void Invalidate(Guid userId) => cache.Invalidate(userId);

    /// <summary>Forgets everything: changes may have been missed.</summary>
    internal void Clear() => cache.Clear();

    /// <summary>Tells every process, at the commit of this unit of work, that the account changed.</summary>
    public static void QueueChanged(IDocumentSession documents, Guid userId) =>
        documents.QueueSqlCommand("select pg_notify(?, ?)", Channel, userId.ToString());

    /// <inheritdoc/>
    public void Dispose() => subscription.Dispose();

    private async Task<Account?> ReadAsync(Guid userId, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select data from mt_doc_user where id = $1");
        command.Parameters.Add(new() { Value = userId });
        return await command.ExecuteScalarAsync(ct) is string json
            ? Account.From(JsonSerializer.Deserialize(json, AccountDocuments.Json)!)
            : null;
    }

    private ValueTask OnChanged(string userId)
    {
        if (Guid.TryParse(userId, out var id))
            cache.Invalidate(id);
        return ValueTask.CompletedTask;
    }
}
