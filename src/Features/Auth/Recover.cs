using System.Text;
using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Security;
using Microsoft.Extensions.Logging;

namespace Chatalot.Features.Auth;

/// <summary>
/// POST /api/auth/recover: a new password for who lost theirs and kept the recovery code. The code works once; the
/// answer holds the next. Ends all logins; a second factor stays on.
/// </summary>
internal sealed class Recover(
    IDocumentStore store,
    FailureLog failures,
    PasswordHasher hasher,
    AccountDirectory accounts,
    SessionRevocations revocations,
    TimeProvider clock,
    ILogger<Recover> logger
) : Endpoint<Recover.Command, RecoveryCodeResponse>
{
    private const int LongestUsernameBytes = 32;

    private static readonly Failure Malformed = Failure.Validation("invalid request");
    private static readonly Failure WrongCode = Failure.Validation("invalid username or recovery code");

    /// <param name="Username">In any case.</param>
    /// <param name="RecoveryCode">As shown, 19 characters.</param>
    /// <param name="NewPassword">8 to 128 characters of four kinds.</param>
    public sealed record Command(string Username, string RecoveryCode, string NewPassword);

    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/auth/recover");
        AllowAnonymous();
        Summary("Set a new password with the recovery code");
    }

    /// <inheritdoc/>
    public override async Task<RecoveryCodeResponse> ExecuteAsync(Command command, CancellationToken ct)
    {
        var device = ClientDevice.Of(HttpContext);
        if (
            Encoding.UTF8.GetByteCount(command.Username) > LongestUsernameBytes
            || Encoding.UTF8.GetByteCount(command.RecoveryCode) != RecoveryCode.Length
        )
            throw Malformed.AsException();
        if (await failures.CheckAsync(Attempt.Recovery, command.Username, device, ct) is { } locked)
            throw locked.AsException();
        var found = await FindAsync(command.Username, ct);
        if (found is not { SuspendedAt: null } || !RecoveryCode.IsRight(command.RecoveryCode, found.RecoveryCodeHash))
            throw (await CountFailureAsync(command, found, device, ct)).AsException();
        if (CredentialRules.CheckPassword(command.NewPassword) is { } weak)
            throw weak.AsException();
        return await StoreAsync(found, await hasher.HashAsync(command.NewPassword, ct), device, ct);
    }

    /// <summary>In a session of its own: no connection is held while the password is hashed.</summary>
    private async Task<User?> FindAsync(string username, CancellationToken ct)
    {
        await using var documents = store.QuerySession();
        var found = await documents.QueryAsync<User>("where username_key = ?", ct, NameKey.Of(username));
        return found.SingleOrDefault();
    }

    private async Task<Failure> CountFailureAsync(
        Command command,
        User? found,
        ClientDevice device,
        CancellationToken ct
    )
    {
        await using var documents = store.LightweightSession();
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var locked = await failures.CountAsync(
            documents,
            Attempt.Recovery,
            command.Username,
            found?.Username,
            device,
            ct
        );
        documents.QueueAudit("recovery_failed", found?.Id, device.Origin, clock.GetUtcNow());
        await documents.SaveChangesAsync(ct);
        await transaction.CommitAsync(CancellationToken.None);
        var reason =
            found is null ? "UnknownUser"
            : found.SuspendedAt is not null ? "Suspended"
            : "WrongCode";
        AuthLog.RecoveryRefused(logger, reason, found?.Id);
        return locked ?? WrongCode;
    }

    private async Task<RecoveryCodeResponse> StoreAsync(
        User found,
        string passwordHash,
        ClientDevice device,
        CancellationToken ct
    )
    {
        var now = clock.GetUtcNow();
        var nextCode = RecoveryCode.New();
        await using var documents = store.LightweightSession();
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var user = (await documents.QueryAsync<User>("where id = ? for no key update", ct, found.Id)).SingleOrDefault();
        // The code is used once, however many presented it at the same time.
        if (user is not { SuspendedAt: null } || user.RecoveryCodeHash != found.RecoveryCodeHash)
            throw WrongCode.AsException();
        documents.Store(
            user with
            {
                PasswordHash = passwordHash,
                RecoveryCodeHash = RecoveryCode.Hash(nextCode),
                TokenVersion = user.TokenVersion + 1,
                UpdatedAt = now,
            }
        );
        AccountDirectory.QueueChanged(documents, user.Id);
        var revocation = SessionRevocations.QueueRevokeAll(documents, user.Id, now);
        FailureLog.QueueClear(documents, Attempt.Recovery, user.Username, device);
        documents.QueueAudit("account_recovered", user.Id, device.Origin, now);
        await documents.SaveChangesAsync(ct);
        await transaction.CommitAsync(CancellationToken.None);
        accounts.Invalidate(user.Id);
        revocations.Announce(revocation);
        return new(nextCode);
    }
}
