using System.Security.Cryptography;
using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Features.Auth;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Security;

namespace Chatalot.Features.Administration;

/// <summary>
/// What whoever has the machine can do without an account: the way back in when no admin can log in. Audited with
/// nobody as actor and <c>shell</c> as address.
/// </summary>
public sealed class ShellAccess(IDocumentStore store, PasswordHasher hasher, TimeProvider clock)
{
    private const string PasswordAlphabet = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789";
    private const int PasswordLength = 20;
    private static readonly AuditOrigin Shell = new("shell", null);

    /// <summary>Makes somebody admin of the instance. False: there is no such account.</summary>
    public Task<bool> GrantAdminAsync(string username, CancellationToken ct) =>
        ChangeAsync(username, "admin_grant_admin", (user, documents, now) => user with { IsAdmin = true }, ct);

    /// <summary>Gives somebody a random password and ends all their logins. Null: there is no such account.</summary>
    public async Task<string?> ResetPasswordAsync(string username, CancellationToken ct)
    {
        // One of each kind that the rules ask for, whatever the dice say.
        var password = RandomNumberGenerator.GetString(PasswordAlphabet, PasswordLength) + "-aZ7";
        var hash = await hasher.HashAsync(password, ct);
        var isChanged = await ChangeAsync(
            username,
            "admin_reset_password",
            (user, documents, now) =>
            {
                SessionRevocations.QueueRevokeAll(documents, user.Id, now);
                return user with { PasswordHash = hash, TokenVersion = user.TokenVersion + 1 };
            },
            ct
        );
        return isChanged ? password : null;
    }

    private async Task<bool> ChangeAsync(
        string username,
        string audit,
        Func<User, IDocumentSession, DateTimeOffset, User> change,
        CancellationToken ct
    )
    {
        await using var documents = store.LightweightSession();
        var found = await documents.QueryAsync<User>("where username_key = ?", ct, NameKey.Of(username));
        if (found is not [var user])
            return false;
        var now = clock.GetUtcNow();
        documents.Store(change(user, documents, now) with { UpdatedAt = now });
        AccountDirectory.QueueChanged(documents, user.Id);
        documents.QueueAudit(audit, userId: null, Shell, now, new() { ["target_user_id"] = user.Id.ToString() });
        await documents.SaveChangesAsync(ct);
        return true;
    }
}
