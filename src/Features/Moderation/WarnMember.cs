using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using FluentValidation;

namespace Chatalot.Features.Moderation;

/// <summary>
/// POST /api/communities/{cid}/channels/{chid}/warn: warn a member; answers the warning. Community moderators and
/// above, on whom they outrank.
/// </summary>
internal sealed class WarnMember(Warnings warnings) : Endpoint<WarnMember.Command, WarningResponse>
{
    public sealed record Command(Guid Cid, Guid Chid, Guid UserId, string Reason) : IWarning;

    public sealed class Rules : Validator<Command>
    {
        public Rules() => RuleFor(c => c.Reason).WarningReason();
    }

    public override void Configure()
    {
        Post("/api/communities/{cid}/channels/{chid}/warn");
        Summary("Warn a member", 403, 404);
        DontThrowIfValidationFails();
    }

    public override async Task<WarningResponse> ExecuteAsync(Command command, CancellationToken ct) =>
        (await warnings.IssueAsync(HttpContext, command, ThrowIfAnyErrors, ct)).Warning;
}

/// <summary>
/// POST /api/communities/{cid}/channels/{chid}/warnings: the same as the web client asks it; answers the warning and
/// how many the member has now.
/// </summary>
internal sealed class WarnAndCount(Warnings warnings) : Endpoint<WarnAndCount.Command, CountedWarning>
{
    public sealed record Command(Guid Cid, Guid Chid, Guid UserId, string Reason) : IWarning;

    public sealed class Rules : Validator<Command>
    {
        public Rules() => RuleFor(c => c.Reason).WarningReason();
    }

    public override void Configure()
    {
        Post("/api/communities/{cid}/channels/{chid}/warnings");
        Summary("Warn a member and count the warnings", 403, 404);
        DontThrowIfValidationFails();
    }

    public override Task<CountedWarning> ExecuteAsync(Command command, CancellationToken ct) =>
        warnings.IssueAsync(HttpContext, command, ThrowIfAnyErrors, ct);
}

internal static class WarningRules
{
    public static void WarningReason<T>(this IRuleBuilder<T, string> rule) =>
        rule.Must(reason => reason.Trimmed() is not null && TextRules.IsText(reason, Reasons.LongestOfWarning))
            .WithMessage("reason must be 1-1000 characters");
}
