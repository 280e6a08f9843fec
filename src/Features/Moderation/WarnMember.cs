using Chatalot.Shared.Endpoints;

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
