using Chatalot.Features.Spaces;
using FluentValidation;

namespace Chatalot.Features.Moderation;

internal static class WarningRules
{
    public static void WarningReason<T>(this IRuleBuilder<T, string> rule) =>
        rule.Must(reason => reason.Trimmed() is not null && TextRules.IsText(reason, Reasons.LongestOfWarning))
            .WithMessage("reason must be 1-1000 characters");
}
