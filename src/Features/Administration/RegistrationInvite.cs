using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using FluentValidation;
using Npgsql;

namespace Chatalot.Features.Administration;

/// <summary>A code by which people may register.</summary>
/// <param name="Id">Names the invite to operators.</param>
/// <param name="Code">12 random letters and digits.</param>
/// <param name="CreatedBy">Who made it, while that account exists.</param>
/// <param name="MaxUses">How many may register with it; null: any number.</param>
/// <param name="UsedCount">How many have.</param>
/// <param name="ExpiresAt">When it ends; null: never.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record RegistrationInviteResponse(
    Guid Id,
    string Code,
    Guid? CreatedBy,
    int? MaxUses,
    int UsedCount,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset CreatedAt
)
{
    internal const string Columns = "id, code, created_by, max_uses, used_count, expires_at, created_at";

    internal static RegistrationInviteResponse Read(NpgsqlDataReader row) =>
        new(
            row.GetGuid(0),
            row.GetString(1),
            row.GetId(2),
            row.GetNumber(3),
            row.GetInt32(4),
            row.GetTime(5),
            row.GetFieldValue<DateTimeOffset>(6)
        );
}

/// <summary>GET /api/admin/invites: registration invites, newest first.</summary>
internal sealed class ListRegistrationInvites(NpgsqlDataSource database)
    : EndpointWithoutRequest<IReadOnlyList<RegistrationInviteResponse>>
{
    private const int Most = 500;

    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/admin/invites");
        Policies(InstancePolicy.Operator);
        Summary("List registration invites", 403);
    }

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<RegistrationInviteResponse>> ExecuteAsync(CancellationToken ct) =>
        await database.ListAsync(
            $"""
            select {RegistrationInviteResponse.Columns} from registration_invites
            order by created_at desc, id desc limit $1
            """,
            RegistrationInviteResponse.Read,
            ct,
            Most
        );
}

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

/// <summary>DELETE /api/admin/invites/{id}: end an invite. Accounts made with it stay.</summary>
internal sealed class DeleteRegistrationInvite(IDocumentSession documents, TimeProvider clock)
    : Endpoint<DeleteRegistrationInvite.Command>
{
    /// <param name="Id">Which.</param>
    public sealed record Command(Guid Id);

    /// <inheritdoc/>
    public override void Configure()
    {
        Delete("/api/admin/invites/{id}");
        Policies(InstancePolicy.Operator);
        Summary("Delete a registration invite", 403, 404);
    }

    /// <inheritdoc/>
    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (await connection.ExecuteAsync("delete from registration_invites where id = $1", ct, command.Id) == 0)
            throw Failure.NotFound("invite not found").AsException();
        documents.QueueAudit(
            "admin_delete_invite",
            User.Id(),
            AuditOrigin.Of(HttpContext),
            clock.GetUtcNow(),
            new() { ["invite_id"] = command.Id.ToString() }
        );
        await documents.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return null;
    }
}
