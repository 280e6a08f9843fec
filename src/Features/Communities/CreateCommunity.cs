using System.Text.Json.Nodes;
using Chatalot.Features.Accounts;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Communities;

/// <summary>
/// POST /api/communities: create a community without groups; its creator owns it. For instance owner and admins, or for
/// everybody when the creation mode is open.
/// </summary>
internal sealed class CreateCommunity(
    IInstanceRoles instanceRoles,
    SpacesOptions options,
    IDocumentSession documents,
    NpgsqlDataSource database,
    TimeProvider clock
) : Endpoint<CreateCommunity.Command, CommunityResponse>
{
    /// <summary>Most communities that one person owns, people of the instance apart.</summary>
    private const int OwnedPerPerson = 1000;

    public sealed record Command(string Name, string? Description);

    public sealed class Rules : Validator<Command>
    {
        public Rules()
        {
            RuleFor(c => c.Name).Name("community name must be 1-64 characters");
            RuleFor(c => c.Description)
                .Text(TextRules.DescriptionLength, "description must be at most 2048 characters");
        }
    }

    public override void Configure()
    {
        Post("/api/communities");
        Summary("Create a community", 403);
        DontThrowIfValidationFails();
    }

    public override async Task<CommunityResponse> ExecuteAsync(Command command, CancellationToken ct)
    {
        var instance = await instanceRoles.FindAsync(User.Id(), ct) ?? throw Failure.Unauthorized.AsException();
        if (instance is InstanceRole.None && options.CommunityCreationMode is not CommunityCreationMode.Open)
            throw Failure.Forbidden.AsException();
        ThrowIfAnyErrors();
        if (instance is InstanceRole.None)
            await CheckQuotaAsync(ct);

        var now = clock.GetUtcNow();
        var community = new Community
        {
            Id = Guid.CreateVersion7(now),
            Name = command.Name.Trim(),
            Description = command.Description.Trimmed(),
            OwnerId = User.Id(),
            CreatedAt = now,
            UpdatedAt = now,
        };
        documents.Insert(community);
        documents.QueueSqlCommand(
            "insert into community_members (community_id, user_id, role, joined_at) values (?, ?, 3, ?)",
            community.Id,
            community.OwnerId,
            now
        );
        new Act("community_created")
        {
            CommunityId = community.Id,
            Facts = new JsonObject { ["community_name"] = community.Name },
        }.Queue(documents, HttpContext, now);
        await documents.SaveChangesAsync(ct);
        return CommunityResponse.From(community, memberCount: 1);
    }

    /// <summary>Against flooding only: a few too many of two that are created at once do no harm.</summary>
    private async Task CheckQuotaAsync(CancellationToken ct)
    {
        var owned = await database.FirstAsync(
            "select count(*) from community_members where user_id = $1 and role = 3",
            row => row.GetInt64(0),
            ct,
            User.Id()
        );
        if (owned >= OwnedPerPerson)
            throw Failure.Validation($"maximum of {OwnedPerPerson} communities of your own").AsException();
    }
}
