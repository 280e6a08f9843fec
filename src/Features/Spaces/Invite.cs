using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Chatalot.Shared.Errors;
using FluentValidation;

namespace Chatalot.Features.Spaces;

/// <summary>How far an invite to a community or group is used up.</summary>
/// <param name="MaxUses">How many people it lets in; null for any number.</param>
/// <param name="UsedCount">How many it has let in.</param>
/// <param name="ExpiresAt">When it ends; null for never.</param>
internal sealed record InviteState(int? MaxUses, int UsedCount, DateTimeOffset? ExpiresAt)
{
    /// <summary>Why it lets nobody in, or null when it does.</summary>
    public string? Refusal(DateTimeOffset now) =>
        ExpiresAt <= now ? "invite expired"
        : UsedCount >= MaxUses ? "invite fully used"
        : null;
}

/// <summary>The code in an invite's link.</summary>
internal static class InviteCode
{
    private const int Length = 12;
    private const int LongestAsked = 100;
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    public static Failure NotFound { get; } = Failure.NotFound("invite not found");

    /// <summary>A new one; 71 bits that nobody guesses.</summary>
    public static string Create() => RandomNumberGenerator.GetString(Alphabet, Length);

    public static bool IsTooLong(string code) => code.Length > LongestAsked;
}

/// <summary>Entries of the trail about invites. They never tell the code, which lets people in.</summary>
internal static class InviteTrail
{
    public static Act About(string action, Guid inviteId) =>
        new(action) { Facts = new JsonObject { ["invite_id"] = inviteId } };
}

/// <summary>The rules of a new invite.</summary>
internal static class InviteRules
{
    /// <summary>Most invites of one space that still let people in.</summary>
    public const int ActivePerSpace = 200;

    private const int HoursPerYear = 8760;

    public static Failure TooMany { get; } = Failure.Validation($"maximum of {ActivePerSpace} active invites");

    public static void MaxUses<T>(this IRuleBuilder<T, int?> rule) =>
        rule.GreaterThanOrEqualTo(1).WithMessage("max_uses must be at least 1");

    public static void ExpiresInHours<T>(this IRuleBuilder<T, int?> rule) =>
        rule.InclusiveBetween(1, HoursPerYear).WithMessage("expires_in_hours must be between 1 and 8760");
}
