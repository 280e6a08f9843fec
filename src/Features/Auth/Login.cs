using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Security;

namespace Chatalot.Features.Auth;

/// <summary>
/// POST /api/auth/login: a new session for who knows the password; the user's other sessions go on. Unknown names cost
/// the same time, are counted and are answered as known ones are.
/// </summary>
internal sealed class Login(
    IDocumentStore store,
    FailureLog failures,
    PasswordHasher hasher,
    AccessTokens tokens,
    AuthOptions options,
    TimeProvider clock
) : Endpoint<Login.Command, SignedInResponse>
{
    private static readonly Failure Suspended = Failure.Validation("account is suspended");

    /// <param name="Username">In any case.</param>
    /// <param name="Password">As registered.</param>
    public sealed record Command(string Username, string Password);

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
        return await SignInAsync(command, found!, newHash, device, ct);
    }

    private async Task RefuseLockedAsync(Command command, ClientDevice device, CancellationToken ct)
    {
        if (await failures.CheckAsync(Attempt.Login, command.Username, device, ct) is { } locked)
            throw locked.AsException();
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
        var locked = await failures.CountAsync(documents, Attempt.Login, command.Username, device, ct);
        documents.QueueAudit("login_failed", found?.Id, device.Origin, clock.GetUtcNow());
        await documents.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return locked ?? Failure.Unauthorized;
    }

    private async Task<SignedInResponse> SignInAsync(
        Command command,
        User checkedUser,
        string? newHash,
        ClientDevice device,
        CancellationToken ct
    )
    {
        var now = clock.GetUtcNow();
        await using var documents = store.LightweightSession();
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        // Held to the commit, so that a password change or suspension sees this session or comes before it.
        var user = (
            await documents.QueryAsync<User>("where id = ? for no key update", ct, checkedUser.Id)
        ).SingleOrDefault();
        if (user is null || user.PasswordHash != checkedUser.PasswordHash)
            throw Failure.Unauthorized.AsException();
        if (user.SuspendedAt is not null)
        {
            documents.QueueAudit("login_suspended", user.Id, device.Origin, now);
            await documents.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
            throw Suspended.AsException();
        }
        var session = Session.Start(user.Id, device, now);
        if (newHash is not null)
            documents.Store(user = user with { PasswordHash = newHash });
        FailureLog.QueueClear(documents, Attempt.Login, command.Username, device);
        session.Queue(documents, options.Sessions);
        documents.QueueAudit("login", user.Id, device.Origin, now);
        await documents.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return SignedInResponse.Of(user, session, tokens);
    }
}
