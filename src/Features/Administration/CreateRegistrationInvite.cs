using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using FluentValidation;

namespace Chatalot.Features.Administration;

/// <summary>POST /api/admin/invites: make a registration invite.</summary>
internal sealed class CreateRegistrationInvite(IDocumentSession documents, TimeProvider clock)
    : Endpoint<CreateRegistrationInvite.Command, RegistrationInviteResponse>
{
    private const int HoursPerYear = 8760;

    /// <param name="MaxUses">1 or more; null: any number.</param>
    /// <param name="ExpiresInHours">1 to 8760; null: never.</param>
    public sealed record Command(int? MaxUses, long? ExpiresInHours);

    /// <inheritdoc/>
    public sealed class Rules : Validator<Command>
    {
        /// <summary>In the contract's words.</summary>
        public Rules()
        {
            RuleFor(invite => invite.ExpiresInHours)
                .InclusiveBetween(1, HoursPerYear)
                .WithMessage("expires_in_hours must be between 1 and 8760");
            RuleFor(invite => invite.MaxUses).MaxUses();
        }
    }

    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/admin/invites");
        Policies(InstancePolicy.Operator);
        Summary("Create a registration invite", 403);
    }

    /// <inheritdoc/>
    public override async Task<RegistrationInviteResponse> ExecuteAsync(Command command, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var invite = new RegistrationInviteResponse(
            Guid.CreateVersion7(now),
            InviteCode.Create(),
            User.Id(),
            command.MaxUses,
            UsedCount: 0,
            command.ExpiresInHours is { } hours ? now.AddHours(hours) : null,
            now
        );
        documents.QueueSqlCommand(
            $"insert into registration_invites ({RegistrationInviteResponse.Columns}) values (?, ?, ?, ?, ?, ?, ?)",
            invite.Id,
            invite.Code,
            invite.CreatedBy,
            invite.MaxUses,
            invite.UsedCount,
            invite.ExpiresAt,
            invite.CreatedAt
        );
        documents.QueueAudit(
            "admin_create_invite",
            User.Id(),
            AuditOrigin.Of(HttpContext),
            now,
            new() { ["invite_id"] = invite.Id.ToString() }
        );
        await documents.SaveChangesAsync(ct);
        return invite;
    }
}
