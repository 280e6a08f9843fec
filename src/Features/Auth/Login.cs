using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Features.Auth.TwoFactor;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Security;
using Microsoft.Extensions.Logging;

namespace Chatalot.Features.Auth;

/// <summary>
/// POST /api/auth/login: a new session for who knows the password; the user's other sessions go on. Unknown names cost
/// the same time, are counted and are answered as known ones are. Who has a second factor needs it too.
/// </summary>
internal sealed class Login(
    IDocumentStore store,
    FailureLog failures,
    RefusedLogins refused,
    PasswordHasher hasher,
    SecondFactors factors,
    SignIn signIn,
    TimeProvider clock,
    ILogger<Login> logger
) : Endpoint<Login.Command, SignedInResponse>
{
    /// <param name="Username">In any case.</param>
    /// <param name="Password">As registered.</param>
    /// <param name="TotpCode">Six digits or a backup code, for who has a second factor.</param>
    public sealed record Command(string Username, string Password, string? TotpCode);

    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/auth/login");
        AllowAnonymous();
        Summary("Sign in", 401);
    }

    /// <inheritdoc/>
    public override async Task<SignedInResponse> ExecuteAsync(Command command, CancellationToken ct)
    {
        var device = ClientDevice.Of(HttpContext);
        await RefuseLockedAsync(command, device, ct);
        var found = await FindAsync(command.Username, ct);
        var check = await hasher.VerifyAsync(command.Password, found?.PasswordHash, ct);
        if (!check.IsCorrect)
            throw (await CountFailureAsync(command, found, device, ct)).AsException();
        // A lock that others reached while this password was being hashed must hide that it was right.
        await RefuseLockedAsync(command, device, ct);
        var newHash = check.NeedsRehash ? await hasher.HashAsync(command.Password, ct) : null;
        var code = command.TotpCode is { } typed ? await factors.ReadAsync(found!.Id, typed, ct) : null;
        return await SignInAsync(
            found! with
            {
                PasswordHash = newHash ?? found.PasswordHash,
            },
            found.PasswordHash,
            code,
            device,
            ct
        );
    }

    private async Task RefuseLockedAsync(Command command, ClientDevice device, CancellationToken ct)
    {
        if (await failures.CheckAsync(Attempt.Login, command.Username, device, ct) is { } locked)
        {
            refused.Note(logger, "Locked", null);
            throw locked.AsException();
        }
    }

    /// <summary>In a session of its own: no connection is held while passwords are hashed.</summary>
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
        var locked = await failures.CountAsync(documents, Attempt.Login, command.Username, found?.Username, device, ct);
        refused.Note(logger, found is null ? "UnknownUser" : "WrongPassword", found?.Id);
        documents.QueueAudit("login_failed", found?.Id, device.Origin, clock.GetUtcNow());
        await documents.SaveChangesAsync(ct);
        await transaction.CommitAsync(CancellationToken.None);
        return locked ?? Failure.Unauthorized;
    }

    private async Task<SignedInResponse> SignInAsync(
        User found,
        string checkedHash,
        PresentedCode? code,
        ClientDevice device,
        CancellationToken ct
    )
    {
        await using var documents = store.LightweightSession();
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        // Held to the commit, so that a password change or suspension sees this session or comes before it.
        var user = (await documents.QueryAsync<User>("where id = ? for no key update", ct, found.Id)).SingleOrDefault();
        if (user is null || user.PasswordHash != checkedHash)
            throw Failure.Unauthorized.AsException();
        if (found.PasswordHash != checkedHash)
            documents.Store(user = user with { PasswordHash = found.PasswordHash });
        return await signIn.CompleteAsync(
            documents,
            transaction.CommitAsync,
            user,
            code,
            metadata: null,
            device,
            logger,
            ct
        );
    }
}
