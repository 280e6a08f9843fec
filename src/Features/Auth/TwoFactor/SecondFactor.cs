using System.Security.Cryptography;
using Chatalot.Shared.Errors;

namespace Chatalot.Features.Auth.TwoFactor;

/// <summary>What somebody typed as second factor, ready to be compared.</summary>
/// <param name="Digits">The code of an app, or null.</param>
/// <param name="BackupHash">The hash of a backup code, or null.</param>
internal sealed record PresentedCode(string? Digits, byte[]? BackupHash);

/// <summary>A user's second factor as it is stored.</summary>
/// <param name="Secret">Of the authenticator app.</param>
/// <param name="IsEnabled">False between set-up and the first right code.</param>
/// <param name="LastStep">Step of the last code that was used; it and all before it are used up.</param>
/// <param name="BackupCodes">Hashes of the codes that are left.</param>
/// <param name="IsFirstFormat">The secret should be sealed again.</param>
internal sealed record SecondFactor(
    byte[] Secret,
    bool IsEnabled,
    long LastStep,
    IReadOnlyList<byte[]> BackupCodes,
    bool IsFirstFormat
)
{
    /// <summary>The second factor once the code has been used, or null when the code is wrong or used up.</summary>
    public SecondFactor? Accept(PresentedCode presented, DateTimeOffset now)
    {
        if (presented.Digits is { } digits)
            return Totp.FindStep(Secret, digits, now, LastStep) is { } step ? this with { LastStep = step } : null;
        if (presented.BackupHash is not { } hash)
            return null;
        var left = BackupCodes.Where(code => !CryptographicOperations.FixedTimeEquals(code, hash)).ToList();
        return left.Count < BackupCodes.Count ? this with { BackupCodes = left } : null;
    }
}

/// <summary>What became of a presented second factor.</summary>
internal abstract record SecondFactorVerdict
{
    /// <summary>The account has none.</summary>
    public sealed record NotEnabled : SecondFactorVerdict;

    /// <summary>The account has one, and no code was given.</summary>
    public sealed record Missing : SecondFactorVerdict;

    /// <summary>The code is wrong or was used before.</summary>
    /// <param name="Locked">The refusal when too many were wrong, else null.</param>
    public sealed record Refused(Failure? Locked) : SecondFactorVerdict;

    /// <summary>The code was right, and is used up with the unit of work.</summary>
    /// <param name="WasBackupCode">It was a backup code.</param>
    public sealed record Accepted(bool WasBackupCode) : SecondFactorVerdict;
}
