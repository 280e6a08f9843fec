using Chatalot.Features.Accounts;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Errors;
using FluentValidation;

namespace Chatalot.Features.Webhooks;

/// <summary>Rules for what webhooks are called and look like. Lengths are in Unicode characters.</summary>
internal static class WebhookRules
{
    public const int LongestName = 64;
    private const int LongestAddress = 2048;

    public static Failure NotFound { get; } = Failure.NotFound("webhook not found");

    public static IRuleBuilderOptions<T, string?> WebhookName<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(TextRules.IsName).WithMessage($"webhook name must be 1-{LongestName} characters");

    public static IRuleBuilderOptions<T, string?> AvatarAddress<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(address => address is null || DisplayText.Length(address) <= LongestAddress)
            .WithMessage($"avatar URL must be at most {LongestAddress} characters")
            .Must(IsAddress)
            .WithMessage("avatar URL must be an HTTP(S) URL or /api/ path");

    private static bool IsAddress(string? address) =>
        string.IsNullOrEmpty(address)
        || (
            !address.Any(char.IsControl)
            && (
                address.StartsWith("http://", StringComparison.Ordinal)
                || address.StartsWith("https://", StringComparison.Ordinal)
                || address.StartsWith("/api/", StringComparison.Ordinal)
            )
        );
}
