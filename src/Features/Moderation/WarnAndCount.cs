using Chatalot.Shared.Endpoints;

namespace Chatalot.Features.Moderation;

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
