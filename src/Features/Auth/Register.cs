using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Features.Keys;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Security;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Chatalot.Features.Auth;

/// <summary>
/// POST /api/auth/register: a new account with its keys, its recovery code and its first session, all or nothing. The
/// first account of an instance becomes its owner.
/// </summary>
internal sealed partial class Register(
    IDocumentStore store,
    InstanceSetup setup,
    PasswordHasher hasher,
    AccessTokens tokens,
    AuthOptions options,
    TimeProvider clock,
    ILogger<Register> logger
) : Endpoint<Register.Command, SignedInResponse>
{
    private static readonly Failure Closed = Failure.Validation("registration is currently disabled");
    private static readonly Failure CodeNeeded = Failure.Validation("an invite code is required to register");
    private static readonly Failure CodeRefused = Failure.Validation("invalid, expired, or fully used invite code");
    private static readonly Failure UsernameTaken = Failure.Conflict("username already taken");
    private static readonly Failure EmailTaken = Failure.Conflict("email already registered");

    /// <param name="Username">3 to 32 of letters, digits, <c>_ - .</c>; unique whatever the case.</param>
    /// <param name="Email">Unique whatever the case; not verified.</param>
    /// <param name="Password">8 to 128 characters of four kinds.</param>
    /// <param name="DisplayName">1 to 64 characters.</param>
    /// <param name="IdentityKey">Ed25519 public key, 32 bytes.</param>
    /// <param name="SignedPrekey">Signed by the identity key.</param>
    /// <param name="OneTimePrekeys">At most 200; may be empty.</param>
    /// <param name="InviteCode">Needed while registration is by invite only.</param>
    public sealed record Command(
        string Username,
        string Email,
        string Password,
        string DisplayName,
        byte[] IdentityKey,
        SignedPrekey SignedPrekey,
        IReadOnlyList<OneTimePrekey> OneTimePrekeys,
        string? InviteCode
    )
    {
        internal KeyUpload Keys => new(IdentityKey, SignedPrekey, OneTimePrekeys);
    }

    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/auth/register");
        AllowAnonymous();
        Summary("Create an account", 409);
    }

    /// <inheritdoc/>
    public override async Task<SignedInResponse> ExecuteAsync(Command command, CancellationToken ct)
    {
        Refuse(await RefuseEntryAsync(command, ct) ?? Check(command) ?? await FindConflictAsync(command, ct));
        var passwordHash = await hasher.HashAsync(command.Password, ct);
        if (!await setup.IsDoneAsync(ct) && await TryStoreAsync(command, passwordHash, isFirst: true, ct) is { } owner)
            return owner;
        // Somebody else may have been first in the meantime, so that a code is needed after all.
        Refuse(await RefuseEntryAsync(command, ct));
        return (await TryStoreAsync(command, passwordHash, isFirst: false, ct))!;
    }

    /// <summary>What the request itself must be, in the contract's order.</summary>
    internal static Failure? Check(Command command) =>
        CredentialRules.CheckUsername(command.Username)
        ?? CredentialRules.CheckEmail(command.Email)
        ?? CredentialRules.CheckPassword(command.Password)
        ?? ProfileRules.CheckDisplayName(DisplayText.Clean(command.DisplayName))
        ?? KeyRules.Check(command.Keys);

    private static void Refuse(Failure? failure)
    {
        if (failure is not null)
            throw failure.AsException();
    }

    private async ValueTask<Failure?> RefuseEntryAsync(Command command, CancellationToken ct) =>
        options.RegistrationMode switch
        {
            RegistrationMode.Closed => Closed,
            RegistrationMode.InviteOnly when string.IsNullOrEmpty(command.InviteCode) => await setup.IsDoneAsync(ct)
                ? CodeNeeded
                : null,
            _ => null,
        };

    /// <summary>What would fail at the commit anyway, found before the password is hashed.</summary>
    private async Task<Failure?> FindConflictAsync(Command command, CancellationToken ct)
    {
        await using var documents = store.QuerySession();
        var (name, email) = (NameKey.Of(command.Username), NameKey.Of(command.Email));
        var same = await documents.QueryAsync<User>("where username_key = ? or email_key = ?", ct, name, email);
        if (same.Any(user => user.UsernameKey == name))
            return UsernameTaken;
        if (same.Count > 0)
            return EmailTaken;
        if (options.RegistrationMode != RegistrationMode.InviteOnly || !await setup.IsDoneAsync(ct))
            return null;
        var connection = await documents.OpenConnectionAsync(ct);
        return await RegistrationInvites.IsUsableAsync(connection, command.InviteCode!, clock.GetUtcNow(), ct)
            ? null
            : CodeRefused;
    }

    /// <summary>Stores everything. Null: this was to be the first account, and another one was faster.</summary>
    private async Task<SignedInResponse?> TryStoreAsync(
        Command command,
        string passwordHash,
        bool isFirst,
        CancellationToken ct
    )
    {
        var now = clock.GetUtcNow();
        var device = ClientDevice.Of(HttpContext);
        var recoveryCode = RecoveryCode.New();
        var user = new User
        {
            Id = Guid.CreateVersion7(now),
            Username = command.Username,
            Email = command.Email,
            DisplayName = DisplayText.Clean(command.DisplayName),
            PasswordHash = passwordHash,
            RecoveryCodeHash = RecoveryCode.Hash(recoveryCode),
            IsAdmin = isFirst,
            IsOwner = isFirst,
            CreatedAt = now,
            UpdatedAt = now,
        };
        var session = Session.Start(user.Id, device, now);
        await using var documents = store.LightweightSession();
        // Before the account, so that of two owners the second fails here and not at the index that allows only one.
        if (isFirst)
            InstanceSetup.QueueDone(documents, user.Id, now);
        documents.Insert(user);
        if (!isFirst && options.RegistrationMode == RegistrationMode.InviteOnly)
            RegistrationInvites.QueueUse(documents, command.InviteCode!, user.Id, now);
        KeyStorage.QueueFirstKeys(documents, user.Id, command.Keys, now);
        session.Queue(documents, options.Sessions);
        documents.QueueAudit("register", user.Id, device.Origin, now);
        try
        {
            await documents.SaveChangesAsync(ct);
        }
        catch (PostgresException violation) when (isFirst && violation.ViolatesUnique(InstanceSetup.AlreadyDone))
        {
            return null;
        }
        catch (PostgresException violation) when (Translate(violation) is { } failure)
        {
            throw failure.AsException();
        }
        if (isFirst)
        {
            if (options.RegistrationMode == RegistrationMode.InviteOnly)
                LogWithoutInvite(logger);
            LogOwner(logger, user.Username);
        }
        return SignedInResponse.Of(user, session, tokens, recoveryCode);
    }

    private static Failure? Translate(PostgresException violation) =>
        violation.ViolatesUnique(AccountDocuments.UsernameTaken) ? UsernameTaken
        : violation.ViolatesUnique(AccountDocuments.EmailTaken) ? EmailTaken
        : RegistrationInvites.IsUsedUp(violation) ? CodeRefused
        : null;

    [LoggerMessage(
        EventName = "OwnerRegistered",
        Level = LogLevel.Information,
        Message = "Granted admin and owner to user '{Username}' (first account of this instance)"
    )]
    private static partial void LogOwner(ILogger logger, string username);

    [LoggerMessage(
        EventName = "InviteSkipped",
        Level = LogLevel.Information,
        Message = "First-user bootstrap: skipping invite requirement"
    )]
    private static partial void LogWithoutInvite(ILogger logger);
}
