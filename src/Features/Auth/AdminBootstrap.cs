using System.Text.Json.Nodes;
using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Shared.Documents;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Chatalot.Features.Auth;

/// <summary>
/// Makes the account that the operator names (ADMIN_USERNAME) an admin, once, while there is no admin: the way back in
/// when nobody can administrate. Contract, operations.md 3.1, step 7.
/// </summary>
public sealed partial class AdminBootstrap(
    IDocumentStore store,
    AccountDirectory accounts,
    AuthOptions options,
    TimeProvider clock,
    ILogger<AdminBootstrap> logger
)
{
    /// <summary>Does so if it is to be done. A failure is a WARN line: the server is of use without an admin.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        if (options.AdminUsername is not { } name)
            return;
        try
        {
            await GrantAsync(name, ct);
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException or ConcurrencyException)
        {
            LogFailed(logger, name, failure.Message);
        }
    }

    private async Task GrantAsync(string name, CancellationToken ct)
    {
        await using var documents = store.LightweightSession();
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var admins = await documents.QueryAsync<User>("where (data ->> 'is_admin')::boolean limit 1", ct);
        if (admins.Count > 0)
        {
            LogHasAdmins(logger);
            return;
        }
        var found = await documents.QueryAsync<User>("where username_key = ? for no key update", ct, NameKey.Of(name));
        if (found.SingleOrDefault() is not { } user)
        {
            LogMissing(logger, name);
            return;
        }
        var now = clock.GetUtcNow();
        documents.Store(user with { IsAdmin = true, UpdatedAt = now });
        AccountDirectory.QueueChanged(documents, user.Id);
        documents.QueueAudit(
            "admin_grant_admin",
            userId: null,
            new AuditOrigin(null, null),
            now,
            new JsonObject { ["target_user_id"] = user.Id.ToString(), ["reason"] = "ADMIN_USERNAME" }
        );
        await documents.SaveChangesAsync(ct);
        await transaction.CommitAsync(CancellationToken.None);
        accounts.Invalidate(user.Id);
        LogGranted(logger, user.Username);
    }

    [LoggerMessage(
        EventName = "AdminSeeded",
        Level = LogLevel.Information,
        Message = "Granted admin to user '{Username}' (first-run bootstrap)"
    )]
    private static partial void LogGranted(ILogger logger, string username);

    [LoggerMessage(
        EventName = "AdminSeedSkipped",
        Level = LogLevel.Debug,
        Message = "Admin users already exist, skipping ADMIN_USERNAME seed"
    )]
    private static partial void LogHasAdmins(ILogger logger);

    [LoggerMessage(
        EventName = "AdminSeedMissing",
        Level = LogLevel.Debug,
        Message = "User '{Username}' does not exist yet, skipping admin seed"
    )]
    private static partial void LogMissing(ILogger logger, string username);

    [LoggerMessage(
        EventName = "AdminSeedFailed",
        Level = LogLevel.Warning,
        Message = "Failed to seed admin user '{Username}': {Reason}"
    )]
    private static partial void LogFailed(ILogger logger, string username, string reason);
}
